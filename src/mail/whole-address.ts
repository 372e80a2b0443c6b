/** An address as it is, a local part with the primary domain. */
export function wholeAddress(name: string, primaryDomain: string): string {
  return name === "" || name.includes("@") ? name : `${name}@${primaryDomain}`;
}
