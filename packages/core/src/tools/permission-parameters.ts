import { array, boolean, object, optional, type Parameter, string } from "./parameters.ts";

const listed = (description: string) => ({
  ...object({
    network: optional(object({ enabled: optional(boolean("true: reach the network.")) })),
    file_system: optional(
      object({
        read: optional(array(string(), "Absolute paths to read.")),
        write: optional(array(string(), "Absolute paths to read and write.")),
      }),
    ),
  }).schema,
  description,
});

const anyMembers = object({});

/**
 * Permissions beyond the sandbox. The model is shown the short form (lists of paths); the entry form of the protocol is understood, too.
 * What is read is the value as it was sent: only the call knows the folder that its paths start from.
 */
export function permissionsParameter(description: string): Parameter<unknown> {
  return {
    schema: listed(description),
    read(value, place) {
      anyMembers.read(value, place);
      return value;
    },
  };
}
