/** Dark or light: as chosen here, else as the system has it. */

export type Theme = "system" | "dark" | "light";

const KEPT_AS = "theme";

class Choice {
  current = $state<Theme>(kept());

  constructor() {
    this.#apply();
  }

  /** Change the theme, here and for the next time. */
  choose(theme: Theme): void {
    this.current = theme;
    localStorage.setItem(KEPT_AS, theme);
    this.#apply();
  }

  #apply(): void {
    if (this.current === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = this.current;
  }
}

function kept(): Theme {
  const found = localStorage.getItem(KEPT_AS);
  return found === "dark" || found === "light" ? found : "system";
}

export const theme = new Choice();
