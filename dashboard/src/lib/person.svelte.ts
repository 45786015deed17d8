/** Who is signed in with this browser, and what that person may do. */
import { answered, api, done, onSignedOut, ProblemError, type Schemas } from "./api";

/** Kept beside the cookie, which no script can see: without it nobody need be asked for. */
const KEPT_AS = "signed-in";

class Person {
  /** undefined: not known yet; null: nobody. */
  current = $state.raw<Schemas["CallerView"] | null | undefined>(undefined);

  constructor() {
    onSignedOut(() => this.#forget());
  }

  /** Find out who is signed in. */
  async find(): Promise<void> {
    if (localStorage.getItem(KEPT_AS) === null) return this.#forget();
    try {
      this.current = await answered(api.GET("/api/v1/session"));
    } catch (error) {
      if (!isSignedOut(error)) throw error;
      this.#forget();
    }
  }

  /** Sign in with an API key or a token of the host's. */
  async signIn(credential: string): Promise<void> {
    this.current = await answered(api.POST("/api/v1/session", { body: { credential } }));
    localStorage.setItem(KEPT_AS, "");
  }

  /** Sign out of this browser. */
  async signOut(): Promise<void> {
    await done(api.DELETE("/api/v1/session")).catch((error: unknown) => {
      if (!isSignedOut(error)) throw error;
    });
    this.#forget();
  }

  /** Whether whoever is signed in may do something. */
  may(permission: string): boolean {
    return this.current?.permissions.some((held) => held === permission) ?? false;
  }

  #forget(): void {
    localStorage.removeItem(KEPT_AS);
    this.current = null;
  }
}

function isSignedOut(error: unknown): boolean {
  return error instanceof ProblemError && error.status === 401;
}

export const person = new Person();
