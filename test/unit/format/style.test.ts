import { describe, expect, it } from "vitest";
import { colourStyle, plainStyle } from "../../../src/format/style.ts";

describe("a style", () => {
  it("may be handed to map(): it colours a text, and nothing that comes with it", async () => {
    const colour = await colourStyle(80, true, false);
    for (const name of ["good", "bad", "changed", "faint", "strong"] as const) {
      const [shown = ""] = ["name", "size"].map(colour[name]);
      expect(shown).not.toBe("name");
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what makes the colour
      expect(shown.replace(/\u001b\[\d+m/g, "")).toBe("name");
      expect(["name"].map(plainStyle(80)[name])).toEqual(["name"]);
    }
  });
});
