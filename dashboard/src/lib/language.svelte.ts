/** The language of the page: the one chosen here, else the browser's, else English. */
import english from "../locales/en";

export type Words = typeof english;

export const LANGUAGES = { en: "English", de: "Deutsch", es: "Español", fr: "Français" } as const;
export type Language = keyof typeof LANGUAGES;

const KEPT_AS = "language";

const dictionaries: Record<Language, () => Promise<{ default: Words }>> = {
  en: () => Promise.resolve({ default: english }),
  de: () => import("../locales/de"),
  es: () => import("../locales/es"),
  fr: () => import("../locales/fr"),
};

/** Return the first language of a list of preferences that there is a dictionary for. */
export function preferred(preferences: readonly string[]): Language {
  const known = Object.keys(LANGUAGES) as Language[];
  for (const preference of preferences) {
    const found = known.find((language) => preference.toLowerCase().split("-")[0] === language);
    if (found) return found;
  }
  return "en";
}

class Choice {
  current = $state<Language>("en");
  words = $state.raw<Words>(english);

  /** Take up the language that was chosen before, or that the browser prefers. */
  async load(): Promise<void> {
    await this.use(preferred([localStorage.getItem(KEPT_AS) ?? "", ...navigator.languages]));
  }

  /** Change the language, here and for the next time. */
  async choose(language: Language): Promise<void> {
    localStorage.setItem(KEPT_AS, language);
    await this.use(language);
  }

  private async use(language: Language): Promise<void> {
    this.words = (await dictionaries[language]()).default;
    this.current = language;
    document.documentElement.lang = language;
  }
}

export const language = new Choice();
