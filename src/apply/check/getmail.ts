import type { RenderedFile } from "../../template/render.ts";
import type { Checker } from "./checker.ts";
import { byStatus } from "./judges.ts";

const hidden = "••••••";

/** Shorter ones are part of too many words to be looked for. */
const leastSecret = 4;

/** Each file by itself: getmail prints how it understands one and reaches for no server. */
export const getmail: Checker = {
  daemon: "getmail",
  title: "getmail --dump",
  programs: ["getmail"],
  judges: ({ metadata, text }) => metadata.check === "getmail" && text !== undefined,
  trials: (stage) => {
    const folder = stage.makeFolder("/getmail");
    return stage.planned.map(({ rendered }) => ({
      argv: [
        stage.program("getmail"),
        "--rcfile",
        stage.path(rendered.path),
        "--getmaildir",
        folder,
        "--dump",
      ],
      about: rendered,
      isSecretive: true,
      judge: byStatus({ warning: /^Warning: /, tidy: (lines) => tidyWords(lines, rendered) }),
    }));
  },
};

/** Of a Python traceback the error alone; and nothing of what may be a password, or was to be one. */
export function tidyWords(lines: readonly string[], file: RenderedFile): string[] {
  const error = lines.find((line) => /^ {2}[\w.]+(?:Error|Exception)\b/.test(line));
  const words = error === undefined ? lines : [error.trim()];
  const secrets = secretsIn(file);
  return words
    .filter((line) => !/^'.*'\)?$/.test(line))
    .map((line) =>
      secrets
        .reduce((text, secret) => text.replaceAll(secret, hidden), line)
        .replace(/^(Warning: ignoring unknown parameter "[^"]*" \(value: ).*\)$/, `$1${hidden})`)
        .replace(/(\[line +\d+\]): ['"].*?(\)?)$/, "$1$2")
        .replace(/ ?\(<string>, line \d+\)/g, ""),
    );
}

/** What stands behind the sign of each option that is made of a secret, or whose name speaks of a password. */
function secretsIn({ text = "", lines }: RenderedFile): string[] {
  return text.split("\n").flatMap((row, index) => {
    const isSecret = lines[index]?.uses.some(({ secret }) => secret) === true || /^\s*pass/i.test(row);
    const value = isSecret ? row.replace(/^[^=:]*[=:]/, "").trim() : "";
    return value.length < leastSecret ? [] : [value];
  });
}
