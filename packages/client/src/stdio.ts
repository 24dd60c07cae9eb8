export { type StdioOptions, StdioTransport } from "./transport/stdio.ts";
