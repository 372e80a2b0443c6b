import { describe, expect, it } from "vitest";
import { changedDestinations, publicFolder, removing, renaming } from "../../../src/mail/public-mailbox.ts";

const domains = new Set(["example.org", "example.com"]);

describe("the public mailbox that a destination means", () => {
  it.each([
    ["vmail+Old", "Old"],
    ["vmail+Public Folder@example.org", "Public Folder"],
    ["VMAIL+Old@Example.COM", "Old"],
    ["vmail+a+b/c", "a+b/c"],
  ])("%s is %s", (destination, folder) => {
    expect(publicFolder(destination, domains)).toBe(folder);
  });

  it.each(["john", "vmail", "vmail+Old@elsewhere.net", "xvmail+Old"])("%s is none", (destination) => {
    expect(publicFolder(destination, domains)).toBeUndefined();
  });
});

describe("a list of destinations", () => {
  const change = (value: string, ...names: [string, string?]): string =>
    changedDestinations(
      value,
      names[1] === undefined ? removing(names[0]) : renaming(names[0], names[1]),
      domains,
    );

  it("follows a folder that is renamed, with those in it, and no other", () => {
    expect(change("john,vmail+Old,vmail+Old2", "Old", "New")).toBe("john,vmail+New,vmail+Old2");
    expect(change("vmail+Old/Sub,vmail+Old@example.com", "Old", "A/B")).toBe(
      "vmail+A/B/Sub,vmail+A/B@example.com",
    );
    expect(change("vmail+old", "Old", "New")).toBe("vmail+old");
    expect(change("vmail+Old@elsewhere.net", "Old", "New")).toBe("vmail+Old@elsewhere.net");
  });

  it("loses a folder that is removed, with those in it", () => {
    expect(change("john,vmail+Old,vmail+Old/Sub,vmail+Older", "Old")).toBe("john,vmail+Older");
    expect(change("vmail+Old", "Old")).toBe("");
  });

  it("is left as it is written where nothing in it is changed, and has nothing twice", () => {
    expect(change(" john ,, mary", "Old", "New")).toBe(" john ,, mary");
    expect(change("vmail+New,vmail+Old", "Old", "New")).toBe("vmail+New");
  });
});
