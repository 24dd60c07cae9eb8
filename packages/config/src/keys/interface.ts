import { bool, i64, type Key, key, list, map, table, text, u32, words } from "./types.ts";

/** The terminal interface and what it remembers. */
export const interfaceKeys: Record<string, Key> = {
  tui: key(
    table("Tui", {
      notifications: key(
        { kind: "union", name: "Notifications", options: [bool, list(text)] },
        "Desktop notifications: all, none, or these event types.",
        { default: "true", filled: true, blurred: true },
      ),
      notification_method: key(words("auto", "osc9", "bel"), "How to notify.", {
        default: '"auto"',
        filled: "auto",
        blurred: true,
      }),
      notification_condition: key(words("unfocused", "always"), "When to notify.", {
        default: '"unfocused"',
        filled: "unfocused",
        blurred: true,
      }),
      animations: key(bool, "Animations.", { default: "true", filled: true }),
      show_tooltips: key(bool, "Tips at start.", { default: "true", filled: true }),
      alternate_screen: key(words("auto", "always", "never"), "Use of the alternate screen.", {
        default: '"auto"',
        filled: "auto",
      }),
      status_line: key(list(text), "Items of the status line, in order.", {
        default: '["model-with-reasoning", "current-dir"]',
      }),
      terminal_title: key(list(text), "Items of the terminal title, in order; empty = no title.", {
        default: '["spinner", "project"]',
      }),
      theme: key(text, "Colour theme.", { default: '"auto"' }),
      model_availability_nux: key(
        table("", {}, { said: "struct ModelAvailabilityNuxConfig", rest: u32, blurRest: "position" }),
        "How often a model's introduction was shown.",
        {
          default: "{}",
          filled: {},
          stage: "internal",
        },
      ),
    }),
    "Terminal interface.",
  ),
  notice: key(
    table("Notice", {
      hide_full_access_warning: key(bool, "Acknowledged: full access."),
      hide_world_writable_warning: key(bool, "Acknowledged: world-writable folders."),
      fast_default_opt_out: key(bool, "Fast mode stays off by default."),
      hide_rate_limit_model_nudge: key(bool, "Acknowledged: rate limit hint."),
      hide_gpt5_1_migration_prompt: key(bool, "Acknowledged: migration prompt."),
      "hide_gpt-5.1-codex-max_migration_prompt": key(bool, "Acknowledged: migration prompt."),
      model_migrations: key(map(text), "Model migrations seen.", { default: "{}", filled: {} }),
      external_config_migration_prompts: key(
        table("ExternalConfigMigrationPrompts", {
          home: key(bool, "Asked about the home folder."),
          home_last_prompted_at: key(i64, "When (Unix seconds)."),
          projects: key(map(bool), "Asked about projects.", { default: "{}", filled: {} }),
          project_last_prompted_at: key(map(i64), "When (Unix seconds).", { default: "{}", filled: {} }),
        }),
        "Prompts about settings of other agents.",
        { filled: {} },
      ),
    }),
    "What has been acknowledged.",
    { layers: "user", stage: "internal" },
  ),
  windows_wsl_setup_acknowledged: key(bool, "Acknowledged: WSL set-up.", {
    default: "false",
    layers: "user",
    stage: "internal",
  }),
};
