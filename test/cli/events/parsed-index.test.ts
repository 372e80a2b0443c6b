import { dirname, join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { EventLibrary } from "../../../src/apply/event.ts";
import { findPaths } from "../../../src/paths.ts";
import { RealFiles } from "../../../src/system/real-files.ts";
import { TemplateLibrary } from "../../../src/template/library.ts";
import { builtExecutable } from "../built-executable.ts";

const parsed = vi.hoisted(() => ({ texts: [] as string[] }));
vi.mock("../../../src/template/parse.ts", async (original) => {
  const parse = await original<typeof import("../../../src/template/parse.ts")>();
  return {
    parseFragment: (text: string, name: string) => {
      parsed.texts.push(text);
      return parse.parseFragment(text, name);
    },
    parseExpression: (text: string, name: string) => {
      parsed.texts.push(text);
      return parse.parseExpression(text, name);
    },
  };
});
vi.mock("yaml", async (original) => {
  const yaml = await original<typeof import("yaml")>();
  return {
    parse: (text: string) => {
      parsed.texts.push(text);
      return yaml.parse(text);
    },
  };
});

describe("the build's index of what it has parsed", () => {
  const share = join(dirname(builtExecutable("mailwright")), "../share/mailwright");
  const paths = { ...findPaths("/", {}), share, site: "/nonexistent" };

  it("has all of the shipped templates and events, so that no event loads a parser", async () => {
    const templates = new TemplateLibrary(new RealFiles(), paths);
    const targets = templates.targets();
    for (const target of targets) await templates.load(target);
    const events = new EventLibrary(new RealFiles(), paths);
    for (const name of events.names()) await events.load(name);
    expect(targets.length).toBeGreaterThan(50);
    expect(parsed.texts).toEqual([]);
  });
});
