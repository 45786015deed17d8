/** The API as its OpenAPI document describes it, asked as the person who is signed in here. */
import createClient, { type Middleware } from "openapi-fetch";

import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

/** What the API answers instead of what was asked for (RFC 9457). */
export class ProblemError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

type Listener = () => void;
const signedOutListeners = new Set<Listener>();

/** Call back when the API no longer knows who is asking. */
export function onSignedOut(listener: Listener): void {
  signedOutListeners.add(listener);
}

const asThisPage: Middleware = {
  onRequest({ request }) {
    // What no page of another site can send: the API demands it of whoever comes with a cookie.
    request.headers.set("X-Analytics-CSRF", "1");
    return request;
  },
  onResponse({ response }) {
    if (response.status === 401) signedOutListeners.forEach((listener) => listener());
  },
  onError() {
    return new ProblemError(0, "unreachable");
  },
};

export const api = createClient<paths, "application/json">({ baseUrl: "/" });
api.use(asThisPage);

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** Return what was answered, or throw the problem. */
export async function answered<Data>(asked: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await asked;
  if (error !== undefined || data === undefined) {
    throw new ProblemError(response.status, detailOf(error) ?? response.statusText);
  }
  return data;
}

/** Return once something is done that answers nothing, or throw the problem. */
export async function done(asked: Promise<Answer<unknown>>): Promise<void> {
  const { error, response } = await asked;
  if (!response.ok) {
    throw new ProblemError(response.status, detailOf(error) ?? response.statusText);
  }
}

function detailOf(problem: unknown): string | undefined {
  if (typeof problem !== "object" || problem === null) return undefined;
  const { detail, title } = problem as { detail?: unknown; title?: unknown };
  return [detail, title].find((text): text is string => typeof text === "string");
}
