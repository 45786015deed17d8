import { expect, test } from "vitest";

import { findingsOf, onePerSession, type Side, spotsOf, whereOf } from "./evidence";

const side = (network: Side["network"]): Side => ({
  session_id: "s",
  device_name: null,
  device_id: null,
  title: null,
  started_at: "2026-11-20T20:00:00.000Z",
  ended_at: null,
  network,
});

test("the latest finding comes first", () => {
  const finding = (identity: string) => ({ identity, at: "", sentence: "s", segments: [] });
  const found = findingsOf({ findings: [finding("a"), finding("b")] });
  expect(found.map((each) => each.identity)).toEqual(["b", "a"]);
});

test.each([{}, { findings: null }, { findings: [{ sentence: 1 }] }])(
  "what is no evidence gives none: %j",
  (details) => expect(findingsOf(details)).toEqual([]),
);

test("a side without a city is told by its address", () => {
  expect(whereOf(side({ place: { city: "Boxford", country: "GB" } }), "?")).toBe("Boxford, GB");
  expect(whereOf(side({ address: "192.168.1.2", place: null }), "?")).toBe("192.168.1.2");
  expect(whereOf(side({}), "?")).toBe("?");
});

test("a session that changed its network is chosen once, as it was at last", () => {
  const [later, other, earlier] = [
    side({ address: "192.0.2.2" }),
    { ...side({}), session_id: "t" },
    side({ address: "192.0.2.1" }),
  ];
  expect(onePerSession([later, other, earlier])).toEqual([later, other]);
});

test("places of the evidence are points of the map, each with its sessions counted once", () => {
  const london = { city: "London", country: "GB", latitude: 51.5, longitude: -0.1 };
  const sides = [side({ place: london }), side({ place: london }), side({ place: null })];
  const spots = spotsOf([{ identity: "f", at: "", sentence: "s", segments: sides }]);
  expect(spots.map(({ geometry }) => geometry.coordinates)).toEqual([[-0.1, 51.5]]);
  expect(spots[0]?.properties.sessions).toBe(1);
});
