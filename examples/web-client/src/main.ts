import "./style.css";
import { byId } from "./dom.ts";
import { Session } from "./session.ts";
import { ItemsView } from "./view.ts";

const status = byId("status", HTMLOutputElement);
const stop = byId("stop", HTMLButtonElement);
const prompt = byId("prompt", HTMLTextAreaElement);
const form = byId("composer", HTMLFormElement);
const items = new ItemsView(byId("items", HTMLElement));

const WORDS: Record<string, string> = {
  idle: "ready",
  active: "working",
  systemError: "failed",
  closed: "disconnected",
  waitingOnApproval: "waiting for you",
  waitingOnUserInput: "waiting for you",
};

const { session, cwd } = await Session.open(`ws://${location.host}/`, {
  items,
  questions: byId("questions", HTMLElement),
  status: (type, flags) => {
    status.dataset["status"] = type;
    status.textContent = WORDS[flags[0] ?? type] ?? type;
  },
  running: turnId => {
    stop.hidden = turnId === null;
  },
});
byId("where", HTMLElement).textContent = cwd;
status.dataset["status"] = "idle";
status.textContent = WORDS["idle"] ?? "";

const tell = (error: unknown) => items.say(error instanceof Error ? error.message : String(error), "error");

form.addEventListener("submit", event => {
  event.preventDefault();
  const text = prompt.value.trim();
  if (text === "") return;
  prompt.value = "";
  session.send(text).catch(tell);
});
prompt.addEventListener("keydown", event => {
  if (event.key !== "Enter" || event.shiftKey) return;
  event.preventDefault();
  form.requestSubmit();
});
stop.addEventListener("click", () => void session.stop().catch(tell));
