/** One metric, as Prometheus names and reads it: all are gauges, in base units. */
export interface Metric {
  /** Without the prefix of the program; what it counts, and its unit, such as `certificate_expiry_timestamp_seconds`. */
  readonly name: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

const prefix = "mailwright_";

/** The text-based exposition format 0.0.4, as a textfile of the node exporter holds it. A metric without samples is left out. */
export function exposition(metrics: readonly Metric[]): string {
  return metrics
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, help, samples }) => {
      const lines = samples.map(
        ({ labels = {}, value }) => `${prefix}${name}${labelText(labels)} ${value}\n`,
      );
      return `# HELP ${prefix}${name} ${escaped(help)}\n# TYPE ${prefix}${name} gauge\n${lines.join("")}`;
    })
    .join("");
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`,
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
