import { describe, expect, it } from "vitest";
import { findPaths } from "../../../src/paths.ts";
import { RealFiles } from "../../../src/system/real-files.ts";
import type { Files } from "../../../src/system/system.ts";
import { TemplateLibrary } from "../../../src/template/library.ts";
import { ParsedTexts } from "../../../src/template/parsed-texts.ts";

const metadata = "syntax: plain\n";

/** A share folder in memory, and how often each of its files was read. */
class Share extends RealFiles {
  readonly reads: string[] = [];

  constructor(private readonly texts: Record<string, string>) {
    super();
  }

  override readText(path: string): string | undefined {
    this.reads.push(path);
    return this.texts[path];
  }

  override list(path: string): string[] {
    const inside = Object.keys(this.texts).filter((name) => name.startsWith(`${path}/`));
    return inside.map((name) => name.slice(path.length + 1)).filter((name) => !name.includes("/"));
  }
}

function indexed(text: string, parsed: string): Files {
  const fragments = [[text, [{ text: parsed, line: 1 }]]];
  return new Share({ "/share/parsed.json": JSON.stringify({ fragments, expressions: [], yaml: [] }) });
}

describe("what the build has parsed", () => {
  it("is found by the whole text, and any other text is parsed", async () => {
    const texts = new ParsedTexts(indexed("a", "of the build"), "/share");
    expect(await texts.fragment("a", "a.hbs")).toEqual([{ text: "of the build", line: 1 }]);
    expect(await texts.fragment("a ", "a.hbs")).toEqual([{ text: "a ", line: 1 }]);
  });

  it("is that of the folder at hand, also where another was read before in the same process", async () => {
    for (const parsed of ["one", "other", "one"]) {
      const texts = new ParsedTexts(indexed("a", parsed), "/share");
      expect(await texts.fragment("a", "a.hbs")).toEqual([{ text: parsed, line: 1 }]);
    }
  });
});

describe("a library of templates", () => {
  it("reads a template once, and another library reads it again", async () => {
    const folder = "/share/templates/etc/a.conf";
    const texts = { [`${folder}/10a.hbs`]: "first\n", [`${folder}/template.yaml`]: metadata };
    const files = new Share(texts);
    const paths = { ...findPaths("/", {}), share: "/share", site: "/site" };
    const library = new TemplateLibrary(files, paths);
    const template = await library.load("/etc/a.conf");
    texts[`${folder}/10a.hbs`] = "second\n";
    expect(await library.load("/etc/a.conf")).toBe(template);
    expect(files.reads.filter((path) => path.endsWith("10a.hbs"))).toHaveLength(1);
    expect(template.fragments.map(({ text }) => text)).toEqual(["first\n"]);
    const [fresh] = (await new TemplateLibrary(files, paths).load("/etc/a.conf")).fragments;
    expect(fresh?.text).toBe("second\n");
  });
});
