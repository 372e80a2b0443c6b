import type { Applied } from "../apply/apply-environment.ts";
import { fileDiff } from "../apply/file-diff.ts";
import { changedFiles } from "../apply/plan.ts";
import type { Style } from "../format/style.ts";
import { duration } from "../format/times.ts";
import { colourDiff } from "../format/unified-diff.ts";
import type { Effect } from "../system/recording-system.ts";

/** A dry run for people: how much would change, each difference, checks, scripts and services. */
export function planView(
  { files, tables, verdicts }: Applied,
  effects: readonly Effect[],
  style: Style,
): string {
  const changed = changedFiles(files);
  const services = effects.filter((effect) => effect.kind === "service");
  const scripts = effects.filter((effect) => effect.kind === "process");
  const lines = [
    `${count(changed.length, "file")} would change, ${files.length - changed.length} would stay, ` +
      `${count(new Set(services.map(({ unit }) => unit)).size, "service")} would be adjusted`,
    ...changed.map((file) => colourDiff(fileDiff(file).trimEnd(), style)),
    ...verdicts.map((verdict) =>
      "passed" in verdict
        ? `checks    ${verdict.checker.title}   ${style.good("passed")} (${duration(verdict.seconds)})`
        : `checks    ${verdict.checker.title}   skipped: ${verdict.skipped}`,
    ),
    ...tables.map(({ path }) => `tables    ${path}`),
    ...scripts.map(({ argv }) => `actions   ${argv.join(" ")}`),
    ...services.map(({ unit, verb }) => `services  ${unit} ${style.changed(verb)}`),
  ];
  return `${lines.join("\n")}\n`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
