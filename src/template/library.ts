import { join } from "node:path";
import { MailwrightError } from "../errors.ts";
import type { Paths } from "../paths.ts";
import type { Files } from "../system/system.ts";
import { parseMetadata, type TemplateMetadata } from "./metadata.ts";
import type { Expression, Node } from "./nodes.ts";
import { overlay } from "./overlay.ts";
import { ParsedTexts } from "./parsed-texts.ts";

export interface Fragment {
  readonly path: string;
  readonly text: string;
  readonly nodes: readonly Node[];
}

/** A site's file, empty ones included, that takes the place of a shipped one of its name. */
export interface Override {
  readonly path: string;
  readonly replaces: string;
}

/** A template as it stands on disk, overlay applied, ready to be rendered. */
export interface Template {
  /** The file that it makes, such as `/etc/postfix/main.cf`. */
  readonly target: string;
  readonly metadata: TemplateMetadata;
  readonly when: Expression | undefined;
  readonly each: Expression | undefined;
  readonly name: Expression | undefined;
  readonly pem: Expression | undefined;
  readonly keys: Expression | undefined;
  readonly fragments: readonly Fragment[];
  /** Files of the site that look like fragments and are none. */
  readonly ignored: readonly string[];
}

const metadataName = "template.yaml";
const unknownCode = "UNKNOWN_TEMPLATE";

/** Finds templates in the shipped folder and the site's. Each is read once: what an event is planned from stays as it is. */
export class TemplateLibrary {
  /** Those of all templates that were loaded so far, by their paths. */
  readonly overrides = new Map<string, Override>();
  private readonly parsed: ParsedTexts;
  private readonly loaded = new Map<string, Template>();

  constructor(
    private readonly files: Files,
    private readonly paths: Paths,
  ) {
    this.parsed = new ParsedTexts(files, paths.share);
  }

  /** Loads a template; `undefined` where there is none. */
  async find(target: string): Promise<Template | undefined> {
    try {
      return await this.load(target);
    } catch (error) {
      if (error instanceof MailwrightError && error.code === unknownCode) return undefined;
      throw error;
    }
  }

  async load(target: string): Promise<Template> {
    const template = this.loaded.get(target) ?? (await this.read(target));
    this.loaded.set(target, template);
    return template;
  }

  private async read(target: string): Promise<Template> {
    const shipped = join(this.paths.share, "templates", target);
    const site = join(this.paths.site, "templates", target);
    const found = overlay(this.files, shipped, site);
    const description = found.find(({ name }) => name === metadataName);
    if (description === undefined) throw unknownTemplate(target);
    const metadata = await this.parsed.metadata(this.text(description.path), description.path, parseMetadata);
    for (const { path, replaces } of found)
      if (replaces !== undefined) this.overrides.set(path, { path, replaces });
    const fragments: Fragment[] = [];
    for (const { name, path } of found.filter(({ name }) => name.endsWith(".hbs")).sort(beginEnd)) {
      const text = this.files.readText(path);
      if (text === undefined && this.files.status(path)?.kind === "directory") throw notAFragment(path, name);
      if (!text) continue;
      fragments.push({ path, text, nodes: await this.parsed.fragment(text, path) });
    }
    const expression = (source: string | undefined): Promise<Expression | undefined> =>
      source === undefined ? Promise.resolve(undefined) : this.parsed.expression(source, description.path);
    return {
      target,
      metadata,
      when: await expression(metadata.when),
      each: await expression(metadata.each),
      name: await expression(metadata.name),
      pem: await expression(metadata.pem),
      keys: await expression(metadata.keys),
      fragments,
      ignored: found
        .filter(({ name, path }) => path.startsWith(site) && name !== metadataName && !name.endsWith(".hbs"))
        .filter(({ path }) => this.files.status(path)?.kind !== "directory")
        .map(({ path }) => path),
    };
  }

  /** What the administrator should know of the site's own fragments. */
  notes({ ignored }: Template): string[] {
    return ignored.map((path) => `${path} is left out: the name of a fragment ends in .hbs`);
  }

  /** All targets that have a template, in byte order. */
  targets(): string[] {
    const found = new Set<string>();
    const walk = (base: string, below: string): void => {
      const names = this.files.list(join(base, below));
      if (names.includes(metadataName)) found.add(`/${below}`);
      for (const name of names) {
        if (this.files.status(join(base, below, name))?.kind === "directory") walk(base, join(below, name));
      }
    };
    walk(join(this.paths.share, "templates"), "");
    walk(join(this.paths.site, "templates"), "");
    return [...found].sort();
  }

  private text(path: string): string {
    return this.files.readText(path) ?? "";
  }
}

/** `template-begin.hbs` comes first and `template-end.hbs` last, whatever their bytes. */
function beginEnd(left: { readonly name: string }, right: { readonly name: string }): number {
  const rank = (name: string): number =>
    name === "template-begin.hbs" ? 0 : name === "template-end.hbs" ? 2 : 1;
  return rank(left.name) - rank(right.name);
}

function unknownTemplate(target: string): MailwrightError {
  return new MailwrightError(`there is no template for ${target}`, {
    code: unknownCode,
    hint: `A template is a folder named after the file that it makes, with a ${metadataName} in it.`,
  });
}

function notAFragment(path: string, name: string): MailwrightError {
  return new MailwrightError(`${path} is a folder`, {
    code: "TEMPLATE",
    hint: `A fragment such as ${name} is a file.`,
  });
}
