import { utimesSync } from "node:fs";
import { JsonlThreadStore } from "../src/index.ts";
import { type OpenBackend, threadStoreContract } from "./store-contract.ts";
import { freshHome } from "./support.ts";

const files =
  (indexed: boolean): OpenBackend =>
  async now => {
    const codexHome = freshHome();
    const open = () => new JsonlThreadStore({ codexHome, now, ...(indexed ? {} : { indexFolder: async () => null }) });
    const [store, other] = [open(), open()];
    return { store, other, touch: async (id, time) => utimesSync((await store.find(id))!, time / 1000, time / 1000) };
  };

threadStoreContract("files", files(false));
threadStoreContract("files with an index", files(true));
