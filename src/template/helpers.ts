/** The helpers of the template language. More than these is logic, and belongs where it can be tested alone. */
export const helpers: Readonly<Record<string, (...args: readonly unknown[]) => unknown>> = {
  eq: (left, right) => left === right,
  not: (value) => !truthy(value),
  and: (...values) => values.every(truthy),
  or: (...values) => values.some(truthy),
};

/** What `if` takes for true: anything but empty text, an empty list, 0, false and nothing. */
export function truthy(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}
