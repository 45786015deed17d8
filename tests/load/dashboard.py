"""The live page of the dashboard with a thousand streams, in a real browser.

The real api function over a PostgreSQL of its own, and Chromium without a screen: how soon the
first stream is seen, what script that takes, how many frames a second are drawn while nothing
happens, and how long it takes from the arrival of an event to the picture that shows it, where one
stream changes and where all of them do. Then how smoothly long lists are scrolled.
"""

import asyncio
import gzip
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from playwright.async_api import (
    Browser,
    Page,
    Response,
    StorageState,
    ViewportSize,
    async_playwright,
)

from infra.local.dashboard import build
from tests.e2e.conftest import ARGUMENTS, CHROMIUM
from tests.load.client import LoadError, percentile
from tests.load.report import Report, say, table
from tests.load.runs import parser_of, run_alone
from tests.load.scrolling import LISTS, PIXELS_A_SECOND, Scrolled, scrolled, seed
from tests.load.service import Place, served

STREAMS = 1000
ROWS = 10_000
IDLE_SECONDS = 15.0
ROUNDS = 20
FRAMES_AT_LEAST = 60
UPDATE_MS_AT_MOST = 200
PAINT_MS_AT_MOST = 1000
SCRIPT_BYTES_AT_MOST = 150_000

_SCREEN: ViewportSize = {"width": 1440, "height": 900}
_HEARD_SECONDS = 30
_SEED = """
    WITH people AS (
        INSERT INTO users (user_id, name, first_seen_at, last_active_at)
        SELECT uuidv7(), 'person ' || n, now(), now() FROM generate_series(1, %(streams)s) AS n
        RETURNING user_id
    ), numbered AS (
        SELECT user_id, row_number() OVER () AS n FROM people
    )
    INSERT INTO analytics_sessions (user_id, id, version, last_seen_at, progress_ms, watched_ms,
        paused_ms, buffered_ms, state, source, session_key, started_at, network_since,
        content_type, content_id, title, show_title, season_number, episode_number, duration_ms,
        device_name, client_name, stream_type, resolution, video_codec, container, bitrate_kbps)
    SELECT user_id, uuidv7(), 1, now(), 600000, 600000, 0, 0, 'playing', 'bench', n::text,
        now() - n * interval '20 seconds', now(), 'tvshow_episode', 'e' || n, 'An episode', 'Show ' || n,
        1, 1 + n %% 20, 3600000, 'Living room', 'Revenge TV',
        (ARRAY['direct_play', 'direct_stream', 'transcode'])[1 + n %% 3], '1080p', 'h264', 'mkv', 8000
    FROM numbered
"""
_CHANGE = """
    UPDATE analytics_sessions
    SET version = version + 1, last_seen_at = now(), progress_ms = progress_ms + 10000
    WHERE stopped_at IS NULL AND session_key::int <= %s
"""
# Each event of the stream is timed from its arrival until the frame that shows it was drawn: what is
# posted while a frame is made comes after it.
_WATCH = """
    window.bench = { latencies: [], shown: null };
    const waiting = [];
    const drawn = new MessageChannel();
    drawn.port1.onmessage = () => {
        const now = performance.now();
        for (const at of waiting.splice(0)) window.bench.latencies.push(now - at);
    };
    const listen = EventSource.prototype.addEventListener;
    EventSource.prototype.addEventListener = function (name, listener, ...rest) {
        const timed = (event) => {
            if (name === "updated") {
                if (!waiting.length) requestAnimationFrame(() => drawn.port2.postMessage(null));
                waiting.push(performance.now());
            }
            listener(event);
        };
        return listen.call(this, name, timed, ...rest);
    };
    const look = () => {
        if (!document.querySelector("article")) return requestAnimationFrame(look);
        const shown = new MessageChannel();
        shown.port1.onmessage = () => (window.bench.shown = performance.now());
        requestAnimationFrame(() => shown.port2.postMessage(null));
    };
    look();
"""
_FRAMES = """
    (seconds) => new Promise((resolve) => {
        const began = performance.now();
        let frames = 0;
        const count = (now) => {
            frames += 1;
            if (now - began < seconds * 1000) requestAnimationFrame(count);
            else resolve((1000 * frames) / (now - began));
        };
        requestAnimationFrame(count);
    })
"""


@dataclass(slots=True)
class Found:
    """What one run gave; times in milliseconds."""

    paint: float = 0
    script_bytes: int = 0
    frames: float = 0
    of_one: list[float] = field(default_factory=list[float])
    of_all: list[float] = field(default_factory=list[float])
    lists: dict[str, Scrolled] = field(default_factory=dict[str, Scrolled])


async def measure(place: Place, streams: int, rows: int, idle_seconds: float, rounds: int) -> Found:
    """Serve the api, open the page with so many streams, then lists of so many rows; measure all."""
    if code := await asyncio.to_thread(build):
        raise LoadError(f"the dashboard could not be built: npm ended with {code}")
    _write(place.url, _SEED, {"streams": streams})
    found = Found()
    async with served(place, 1, "api") as function, async_playwright() as playwright:
        url = f"http://127.0.0.1:{function.port}"
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        say(f"{streams} streams: opening")
        kept = await _signed_in(browser, url, place.key)
        page = await _opened(browser, url, kept, found)
        await page.locator(".streams > li").nth(streams - 1).wait_for(state="attached")
        await asyncio.sleep(3)
        say(f"{streams} streams: idle")
        found.frames = await page.evaluate(_FRAMES, idle_seconds)
        for count, times in ((1, found.of_one), (streams, found.of_all)):
            say(f"{streams} streams: {count} of them change")
            for _ in range(rounds):
                times.extend(await _changed(page, place, count))
        await page.close()
        seed(place, rows)
        context = await browser.new_context(locale="en-US", viewport=_SCREEN, storage_state=kept)
        for name in LISTS:
            found.lists[name] = await scrolled(context, url, name)
        await browser.close()
    return found


async def _signed_in(browser: Browser, url: str, key: str) -> StorageState:
    """Sign in; return what the browser keeps of that."""
    context = await browser.new_context(locale="en-US")
    page = await context.new_page()
    await page.goto(url)
    await page.get_by_label("API key").fill(key)
    await page.get_by_role("button", name="Sign in").click()
    await page.locator("article").first.wait_for()
    kept = await context.storage_state()
    await context.close()
    return kept


async def _opened(browser: Browser, url: str, kept: StorageState, found: Found) -> Page:
    """Open the page with nothing in the cache, and note what that took."""
    context = await browser.new_context(
        locale="en-US", viewport=_SCREEN, storage_state=kept, bypass_csp=True
    )
    page = await context.new_page()
    scripts: list[Response] = []
    page.on(
        "response",
        lambda answer: scripts.append(answer) if answer.request.resource_type == "script" else None,
    )
    await page.add_init_script(_WATCH)
    await page.goto(url)
    await page.wait_for_function("window.bench.shown")
    found.paint = await page.evaluate("window.bench.shown")
    found.script_bytes = sum([len(gzip.compress(await each.body())) for each in scripts])
    return page


async def _changed(page: Page, place: Place, count: int) -> list[float]:
    """Change so many streams; return how long each event took to be shown."""
    await page.evaluate("window.bench.latencies = []")
    await asyncio.to_thread(_write, place.url, _CHANGE, (count,))
    await page.wait_for_function(
        "(count) => window.bench.latencies.length >= count",
        arg=count,
        timeout=_HEARD_SECONDS * 1000,
    )
    return await page.evaluate("window.bench.latencies")


def _write(url: str, statement: Any, values: Any) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statement, values)


def report(found: Found, streams: int, rows_listed: int) -> Report:
    """Return what was found, beside what was promised."""
    one, every = sorted(found.of_one), sorted(found.of_all)
    most = f"{UPDATE_MS_AT_MOST} at most"
    rows = [
        ["first stream seen (ms)", f"{found.paint:.0f}", f"{PAINT_MS_AT_MOST} at most"],
        ["script, compressed (kB)", f"{found.script_bytes / 1000:.0f}", "150 at most"],
        ["frames a second, idle", f"{found.frames:.1f}", f"{FRAMES_AT_LEAST}"],
        ["one changes: half are drawn within (ms)", f"{percentile(one, 0.5):.0f}", most],
        ["the last (ms)", f"{one[-1]:.0f}", most],
        ["all change: half are drawn within (ms)", f"{percentile(every, 0.5):.0f}", most],
        ["99 % (ms)", f"{percentile(every, 0.99):.0f}", most],
        ["the last (ms)", f"{every[-1]:.0f}", most],
    ]
    body = (
        f"Chromium without a screen and without a graphics card, on the machine that serves, 1440 by"
        f" 900; {streams} streams of as many people. An update is timed from the arrival of its event"
        " at the page to the end of the frame that shows it; all change in one transaction.\n\n"
        + table([f"{streams} streams", "measured", "promised"], rows)
        + f"\n\n{_of_lists(found.lists, rows_listed)}"
    )
    figures = {
        "streams": streams,
        "paint_ms": found.paint,
        "script_bytes": found.script_bytes,
        "idle_frames_per_second": found.frames,
        "one_p50_ms": percentile(one, 0.5),
        "one_worst_ms": one[-1],
        "all_p50_ms": percentile(every, 0.5),
        "all_p99_ms": percentile(every, 0.99),
        "all_worst_ms": every[-1],
    }
    for name, told in found.lists.items():
        figures |= {
            f"{name}_frames_per_second": told.frames,
            f"{name}_longest_frame_ms": told.longest,
            f"{name}_rows": float(told.rows),
            f"{name}_heap_megabytes": told.heap,
        }
    return Report("dashboard", "dashboard", "The live page", body, figures)


def _of_lists(lists: Mapping[str, Scrolled], rows: int) -> str:
    """Return how long lists were scrolled, as Markdown."""
    head = ["frames a second", "the longest (ms)", "without a row", "rows at once", "objects (MB)"]
    told = [
        [
            *(name, f"{each.frames:.1f}", f"{each.longest:.0f}"),
            *(f"{each.blank:.0%}", str(each.rows), f"{each.heap:.1f}"),
        ]
        for name, each in lists.items()
    ]
    return (
        f"Lists of {rows} rows and more, read to their end and then scrolled from the top by"
        f" {PIXELS_A_SECOND} pixels a second: frames with no row in the middle show room for rows"
        " that are not there yet; rows at once are in the document.\n\n"
        + table(["list", *head], told)
    )


async def _measure(place: Place, given: Namespace) -> Report:
    found = await measure(place, given.streams, given.rows, given.idle_seconds, given.rounds)
    return report(found, given.streams, given.rows)


def main(arguments: Sequence[str]) -> int:
    """Measure; return the exit code."""
    parser = parser_of("bench-dashboard", __doc__)
    parser.add_argument("--streams", type=int, default=STREAMS)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--idle-seconds", type=float, default=IDLE_SECONDS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    return run_alone(parser, arguments, _measure)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
