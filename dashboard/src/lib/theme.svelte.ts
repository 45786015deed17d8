/** Dark or light: as chosen here, else as the system has it. */

export type Theme = "system" | "dark" | "light";

const KEPT_AS = "theme";

class Choice {
  current = $state<Theme>(kept());
  /** What is seen: of the system's, the one that it has at the moment. */
  shown = $state<"dark" | "light">("dark");
  readonly #system = matchMedia("(prefers-color-scheme: light)");

  constructor() {
    this.#apply();
    this.#system.addEventListener("change", () => this.#apply());
  }

  /** Change the theme, here and for the next time. */
  choose(theme: Theme): void {
    this.current = theme;
    localStorage.setItem(KEPT_AS, theme);
    this.#apply();
  }

  #apply(): void {
    const system = this.#system.matches ? "light" : "dark";
    this.shown = this.current === "system" ? system : this.current;
    document.documentElement.dataset["theme"] = this.shown;
  }
}

function kept(): Theme {
  const found = localStorage.getItem(KEPT_AS);
  return found === "dark" || found === "light" ? found : "system";
}

export const theme = new Choice();
