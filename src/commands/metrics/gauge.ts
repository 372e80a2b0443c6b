import type { Metric } from "./exposition.ts";

export function gauge(name: string, help: string, ...samples: Metric["samples"]): Metric {
  return { name, help, samples };
}

/** One sample without labels; none of what is not known. */
export function sample(value: number | undefined): Metric["samples"] {
  return value === undefined ? [] : [{ value }];
}

/** Of milliseconds since 1970, as Prometheus counts times. */
export function seconds(time: number | undefined): number | undefined {
  return time === undefined ? undefined : Math.floor(time / 1000);
}
