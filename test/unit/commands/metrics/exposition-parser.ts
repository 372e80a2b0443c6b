/**
 * Reads Prometheus's text-based exposition format 0.0.4 as strictly as its documentation has it, and the parts of its naming
 * conventions that `promtool check metrics` asks for. Values by name and labels, as they are written; an error tells the line.
 */
export function parseExposition(text: string): ReadonlyMap<string, number> {
  if (text !== "" && !text.endsWith("\n")) throw new Error("the last line does not end");
  const samples = new Map<string, number>();
  const seen = new Set<string>();
  let current = { name: "", help: "", type: "" };
  for (const line of text === "" ? [] : text.slice(0, -1).split("\n")) {
    const fail = (why: string): never => {
      throw new Error(`${why}: ${JSON.stringify(line)}`);
    };
    const [, kind, name = "", words = ""] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === "HELP") {
      if (seen.has(name)) fail("a metric is described twice, or its lines are apart");
      checkName(name, fail);
      if (words.trim() === "" || /\\(?![\\n])/.test(words)) fail("no help text");
      seen.add(name);
      current = { name, help: words, type: "" };
    } else if (kind === "TYPE") {
      if (name !== current.name || current.type !== "") fail("a type without its help before it");
      if (words !== "gauge" && words !== "counter") fail("no type that is expected here");
      if ((words === "counter") !== name.endsWith("_total")) fail("counters alone end in _total");
      current = { ...current, type: words };
    } else {
      const { id, own, value } = parseSample(line, fail);
      if (own !== current.name || current.type === "") fail("a sample without a type before it");
      if (own.endsWith("_info") && value !== 1) fail("an info that is not 1");
      if (samples.has(id)) fail("a sample that is there already");
      samples.set(id, value);
    }
  }
  return samples;
}

function checkName(name: string, fail: (why: string) => never): void {
  if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)) fail("no name of a metric");
  if (/:|[A-Z]/.test(name)) fail("a name of a recording rule, or not in snake case");
  if (/_(?:milliseconds|minutes|hours|days|ms|kilobytes|megabytes|kb|mb|percent)(?:_|$)/.test(name))
    fail("no base unit");
}

function parseSample(
  line: string,
  fail: (why: string) => never,
): { readonly id: string; readonly own: string; readonly value: number } {
  const [, own = "", labels = "", number = ""] =
    /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[^"}]*"(?:[^"\\]|\\.)*")*\})? (\S+)$/.exec(line) ?? [];
  if (own === "") fail("no sample");
  if (!/^(?:[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?|NaN|[+-]Inf)$/.test(number)) fail("no number");
  const pair = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/;
  const names = new Set<string>();
  for (let rest = labels.slice(1, -1); rest !== ""; ) {
    const [whole = "", name = ""] = pair.exec(rest) ?? fail("no label");
    if (name.startsWith("__") || names.has(name)) fail("a label twice, or an inner one");
    names.add(name);
    rest = rest.slice(whole.length);
  }
  return { id: `${own}${labels}`, own, value: Number(number.replace("Inf", "Infinity")) };
}
