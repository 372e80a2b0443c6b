import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { didYouMean, nearest } from "../catalogue/suggest.ts";
import type { Command, OptionValues, Result, Screen } from "../commands/command.ts";
import { commands, commonOptions } from "../commands/command-table.ts";
import type { CommandContext } from "../commands/context.ts";
import { refused } from "../errors.ts";
import { ExitCode } from "../exit-codes.ts";
import { harmless } from "../format/harmless.ts";
import { findPaths } from "../paths.ts";
import { RealFiles } from "../system/real-files.ts";
import { utf8Text } from "../system/utf8.ts";
import { failureOf } from "./failure.ts";
import { parseOptions } from "./parse.ts";
import type { Terminal } from "./terminal.ts";
import { usageOf } from "./usage.ts";

/** What a process is started with. */
interface Invocation {
  /** The name that the program was called by: a command's name, through a link, or `mailwright`. */
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
  /** All of standard input, which a test hands in; this process's own unless given. */
  readonly stdin?: () => string;
  /** The root below which daemons run: `/` unless a test says another. */
  readonly runningRoot?: string;
}

/** Runs one command line; returns the exit status and throws nothing. */
export async function main(invocation: Invocation): Promise<ExitCode> {
  const { program, args, terminal } = invocation;
  const known = commands.find(({ name }) => name === basename(program));
  let title = known?.name ?? "mailwright";
  try {
    if (known !== undefined) return await runCommand(title, known, args, invocation);
    const [first = "", ...words] = commandFirst(args);
    const command = commands.find(({ name }) => name === first);
    if (first === "help" && words.length > 0)
      return await main({ ...invocation, args: [...words, "--help"] });
    if (command === undefined) return await runBare(args, terminal);
    title = `mailwright ${command.name}`;
    return await runCommand(title, command, words, invocation);
  } catch (error) {
    const { exit, lines } = failureOf(title, error, terminal.error);
    for (const line of lines) terminal.error.write(`${line}\n`);
    return exit;
  }
}

/** Options of every command may stand before the command too: they are moved behind it. */
function commandFirst(words: readonly string[]): readonly string[] {
  let at = 0;
  for (; at < words.length; at++) {
    const [name = "", value] = (words[at] ?? "").split("=", 2);
    const option = commonOptions.find((known) => name === `--${known.name}` || name === `-${known.short}`);
    if (option === undefined || option.name === "help") break;
    if (option.value !== undefined && value === undefined) at++;
  }
  const [command, ...rest] = words.slice(at);
  return command === undefined || at === 0 ? words : [command, ...words.slice(0, at), ...rest];
}

/** The verb that is meant where a name stands in its place, and not one that was mistyped. */
function bareVerb({ verbs = [], bare }: Command, first: string | undefined): Command | undefined {
  if (bare === undefined || first === undefined || first === "help" || first.startsWith("-"))
    return undefined;
  const names = verbs.map(({ name }) => name);
  return nearest(first, names) === undefined ? verbs.find(({ name }) => name === bare) : undefined;
}

/** `title` is the command as it was called. */
async function runCommand(
  title: string,
  command: Command,
  words: readonly string[],
  invocation: Invocation,
): Promise<ExitCode> {
  const { verbs = [] } = command;
  const [first, ...rest] = verbs.length === 0 ? [] : commandFirst(words);
  const verb = verbs.find(({ name }) => name === first) ?? bareVerb(command, first);
  if (verb !== undefined)
    return runCommand(`${title} ${verb.name}`, verb, verb.name === first ? rest : words, invocation);
  if (first === "help") return runCommand(title, command, [...rest, "--help"], invocation);
  const { environment, terminal, stdin, runningRoot = "/" } = invocation;
  const known = [...command.options, ...commonOptions];
  const { options, given, args } = parseOptions(words, known, command.takesOptionsAnywhere);
  if (options["help"] === true) {
    const { helpOf } = await import("./help.ts");
    terminal.output.write(helpOf(title, command, terminal.output.columns));
    return ExitCode.done;
  }
  const [least, most] = command.count;
  if (args.length < least || args.length > most) {
    const isOption = args[most]?.startsWith("-") === true && command.takesOptionsAnywhere !== true;
    const misplaced = isOption ? ". Options stand before the arguments" : "";
    throw refused(
      args.length < least ? "an argument is missing" : `${args[most]} is one argument too many${misplaced}`,
      "USAGE",
      `accepted: ${usageOf(title, command)}`,
    );
  }
  if (options["root"] === "")
    throw refused("--root is empty", "USAGE", "accepted: the folder that stands for /");
  const paths = findPaths(String(options["root"] ?? (environment["MAILWRIGHT_ROOT"] || "/")), environment);
  if (command.isLive === true && paths.root !== runningRoot)
    throw refused(
      `nothing runs below ${paths.root}, and ${title} is about daemons that run`,
      "NOT_RUNNING",
      "accepted: the same without --root and MAILWRIGHT_ROOT. Nothing was touched.",
    );
  const { progressSink } =
    command.reports === true ? await import("./progress.ts") : { progressSink: undefined };
  const sink = progressSink?.(terminal, title, options);
  const context: CommandContext = {
    program: title,
    paths,
    files: new RealFiles(),
    environment,
    json: options["json"] === true,
    report: sink?.report ?? (() => undefined),
    asker: terminal.asker,
    stdin: stdin ?? readStdin,
    stdinBytes: () => {
      if (terminal.asker !== undefined)
        terminal.error.write(`${title}: standard input is read; Ctrl-D ends it\n`);
      return stdin === undefined ? readFileSync(0) : Buffer.from(stdin());
    },
  };
  try {
    const handler = await command.load();
    return await print(await handler(context, args, options, given), options, title, invocation);
  } finally {
    await sink?.close();
  }
}

function readStdin(): string {
  const text = utf8Text(readFileSync(0));
  if (text !== undefined) return text;
  throw refused(
    "standard input is not in UTF-8",
    "NOT_UTF8",
    "convert it first, for example: iconv -f latin1 -t utf8",
  );
}

async function print(
  result: Result,
  options: OptionValues,
  title: string,
  { terminal, environment }: Invocation,
): Promise<ExitCode> {
  const { exit, text, view, data, notices = [], goesOn = false } = result;
  for (const notice of notices) {
    const lines = notice.split("\n").map(harmless);
    terminal.error.write(`${title}: ${lines.join("\n")}\n`);
  }
  if (options["json"] === true && data !== undefined) terminal.output.write(`${JSON.stringify(data)}\n`);
  else if (text !== undefined) terminal.output.write(text);
  else if (view !== undefined) {
    const { styleFor } = await import("./terminal-style.ts");
    terminal.output.write(view(await styleFor(terminal.output, options)));
  }
  for await (const line of result.lines?.(() => screenOf(terminal, environment)) ?? []) {
    terminal.output.write(line);
    if (terminal.output.isGone === true && !goesOn) break;
  }
  return exit;
}

/** The size of a terminal may change while it is looked at. */
function screenOf({ output }: Terminal, environment: Invocation["environment"]): Screen | undefined {
  const { LC_ALL: all, LC_CTYPE: characters, LANG: language } = environment;
  const isUnicode = /utf-?8/i.test(all || characters || language || "");
  return output.isTerminal ? { columns: output.columns, unicode: isUnicode } : undefined;
}

/** `mailwright` itself: help and version. */
async function runBare(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { overview, version } = await import("./help.ts");
  const [first] = words;
  if (first === "--version" || first === "version") terminal.output.write(`mailwright ${version}\n`);
  else if (first === undefined || first === "--help" || first === "-h" || first === "help")
    terminal.output.write(overview(terminal.output.columns));
  else {
    const names = commands.filter(({ isForEvents }) => isForEvents !== true).map(({ name }) => name);
    const meant = didYouMean(first, names);
    throw refused(
      `there is no command ${first}${meant && `.${meant}`}`,
      "UNKNOWN_COMMAND",
      `accepted: ${names.join(", ")}`,
    );
  }
  return ExitCode.done;
}
