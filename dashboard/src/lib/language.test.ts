import { expect, test } from "vitest";

import de from "../locales/de";
import en from "../locales/en";
import es from "../locales/es";
import fr from "../locales/fr";
import { preferred } from "./language.svelte";

test("the first preference with a dictionary wins", () => {
  expect(preferred(["pt-BR", "fr-CA", "de"])).toBe("fr");
});

test("English stands in where no preference is known", () => {
  expect(preferred(["", "tlh"])).toBe("en");
});

test.each(Object.entries({ de, es, fr }))("no word of %s is empty", (_, words) => {
  for (const [name, word] of Object.entries(words)) {
    expect(typeof word === "function" || Object.values(word).length > 0, name).toBe(true);
  }
  expect(Object.keys(words)).toEqual(Object.keys(en));
});
