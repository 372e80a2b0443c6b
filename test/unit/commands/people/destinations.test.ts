import { expect, it } from "vitest";
import { destinationProperties } from "../../../../src/commands/people/destinations.ts";
import { namingProperties } from "../../../../src/mail/public-mailbox.ts";

it("what follows the renaming of a public mailbox is told of when one goes", () => {
  const told = destinationProperties.map(({ database, name, property }) => `${database} ${name} ${property}`);
  const following = namingProperties.map(
    ({ database, type, key, property }) => `${database} ${key ?? type} ${property}`,
  );
  expect(following.sort()).toEqual(told.sort());
});
