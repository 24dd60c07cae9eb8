export { readEvent } from "./event.ts";
export { type ReadItem, RESPONSE_ITEM_TYPES, readResponseItem } from "./response-item.ts";
export { readTurnContext } from "./turn-context.ts";
