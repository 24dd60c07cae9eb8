export {
  generateHookJsonSchema,
  generateInternalJsonSchema,
  generateJsonSchema,
  generateTypeScript,
  SchemaOutputError,
  type TreeOptions,
  type TypeScriptOptions,
} from "./trees.ts";
