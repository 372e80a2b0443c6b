import { describe, expect, it } from "vitest";
import { disclaimer } from "../../../src/mail/disclaimer.ts";
import { type Records, settings } from "./some-settings.ts";

const notesOf = (domains: Records) => disclaimer(settings({}, domains)).notes;
const enabled = { DisclaimerStatus: "enabled", DisclaimerText: "*Confidential*: é" };

describe("the notes of domains", () => {
  it("are those that are enabled and say something, of domains that are there", () => {
    const notes = notesOf({
      "a.example domain": enabled,
      "b.example domain": { ...enabled, DisclaimerStatus: "disabled" },
      "c.example domain": { DisclaimerText: "x" },
      "d.example domain": { ...enabled, DisclaimerText: " \n" },
      "e.example domain": { ...enabled, DisclaimerText: "[a]: https://example.org" },
      "f.example domain-deleted": enabled,
      "g.example domain": { ...enabled, TransportType: "Relay", RelayHost: "mail.example" },
    });
    expect(notes.map(({ domains }) => domains)).toEqual([["a.example"], ["g.example"]]);
  });

  it("have text, and HTML as one block", () => {
    expect(notesOf({ "a.example domain": enabled })).toEqual([
      {
        domains: ["a.example"],
        text: "Confidential: é",
        html: '<div class="disclaimer">\n<p><em>Confidential</em>: &#233;</p>\n</div>',
      },
    ]);
  });

  it("know a domain by each of its names, in lower case", () => {
    expect(notesOf({ "Müller.example domain": enabled })[0]?.domains).toEqual([
      "müller.example",
      "xn--mller-kva.example",
    ]);
    expect(notesOf({ "xn--mller-kva.example domain": enabled })[0]?.domains).toEqual([
      "xn--mller-kva.example",
      "müller.example",
    ]);
  });
});
