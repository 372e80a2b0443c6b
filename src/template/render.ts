import { dirname, join } from "node:path";
import { MailwrightError } from "../errors.ts";
import { Evaluation } from "./evaluate.ts";
import { truthy } from "./helpers.ts";
import type { Fragment, Template } from "./library.ts";
import type { TemplateMetadata } from "./metadata.ts";
import type { Origin, Output } from "./output.ts";
import type { Context } from "./scope.ts";
import { syntaxes } from "./syntax/syntaxes.ts";

/** A file as a template makes it, before anything is written. */
export interface RenderedFile {
  /** Where it belongs, such as `/etc/postfix/main.cf`. */
  readonly path: string;
  /** The template's target; another path than `path` for one that makes many files. */
  readonly template: string;
  readonly metadata: TemplateMetadata;
  /** `undefined`: the file is to be absent. */
  readonly text: string | undefined;
  /** One for each line of `text`. */
  readonly lines: readonly Origin[];
  /** Its content is not to be shown. */
  readonly secret: boolean;
  readonly fragments: readonly Fragment[];
}

/** What stands as the fragment of the lines that say that a file is made. */
export const headerOrigin = "template.yaml";

/** Renders a template: one file, or with `each` one for every item. Pure; throws what a fragment makes wrong. */
export function renderTemplate(template: Template, context: Context): RenderedFile[] {
  const { metadata, target, each, name, when } = template;
  const origin = `template.yaml of ${target}`;
  const evaluate = (): Evaluation => new Evaluation(syntaxes[metadata.syntax], context);
  if (when !== undefined && !truthy(evaluate().value(when, origin))) {
    return each === undefined ? [absentFile(template, target)] : [];
  }
  if (each === undefined || name === undefined)
    return [renderedFile(template, target, render(template, context))];
  const items = evaluate().value(each, origin);
  if (!Array.isArray(items)) throw new MailwrightError(`${origin}: each is no list`, { code: "TEMPLATE" });
  return items.map((item) => {
    const own = { ...context, item };
    const file = String(new Evaluation(syntaxes[metadata.syntax], own).value(name, origin));
    if (!isFileName(file)) {
      throw new MailwrightError(`${origin}: ${JSON.stringify(file)} is no file name`, {
        code: "TEMPLATE",
        hint: "accepted: up to 255 bytes without a slash or a control character. Nothing was touched.",
      });
    }
    return renderedFile(template, join(dirname(target), file), render(template, own));
  });
}

/** Longer ones, and . and .., no file system takes; one with a line break would be two to the scripts. */
function isFileName(name: string): boolean {
  return name !== "" && !/[/\p{Cc}]|^\.\.?$/u.test(name) && Buffer.byteLength(name) <= 255;
}

/** A file of this template that is not to be. */
export function absentFile(template: Template, path: string): RenderedFile {
  return renderedFile(template, path, undefined);
}

function render(template: Template, context: Context): Output {
  const { metadata, target, fragments } = template;
  const syntax = syntaxes[metadata.syntax];
  const evaluation = new Evaluation(syntax, context);
  if (metadata.comment) {
    const note = [
      `Made by mailwright from the template of ${target}: edits are overwritten.`,
      `To change it, add a fragment in /etc/mailwright/templates${target}/ (see expand-template(1)).`,
    ];
    for (const line of note) evaluation.output.write(`${syntax.comment(line)}\n`, headerOrigin, 1, []);
  }
  for (const { path, nodes } of fragments) evaluation.run(nodes, path);
  return evaluation.output;
}

function renderedFile(template: Template, path: string, output: Output | undefined): RenderedFile {
  const { metadata, target, fragments } = template;
  const lines = output?.lines ?? [];
  return {
    path,
    template: target,
    metadata,
    text: output?.text,
    lines,
    secret: metadata.secret || lines.some(({ uses }) => uses.some((use) => use.secret)),
    fragments,
  };
}
