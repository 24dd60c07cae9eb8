export { configMarkdown } from "./keys/docs.ts";
export { configJsonSchema, configJsonSchemaText } from "./keys/schema.ts";
