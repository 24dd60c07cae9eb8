/** What a plugin brings along, as far as tools are concerned. */
export interface PluginCapabilitySummary {
  displayName: string;
  appConnectorIds: readonly string[];
  mcpServerNames: readonly string[];
}

/** Which plugins a connector's or a server's tools come from. */
export class ToolPluginProvenance {
  private readonly byConnector: ReadonlyMap<string, string[]>;
  private readonly byServer: ReadonlyMap<string, string[]>;

  constructor(summaries: readonly PluginCapabilitySummary[]) {
    this.byConnector = collect(summaries, ({ appConnectorIds }) => appConnectorIds);
    this.byServer = collect(summaries, ({ mcpServerNames }) => mcpServerNames);
  }

  /** Display names, sorted; none for an id that no plugin names. */
  pluginsOfConnector(id: string): readonly string[] {
    return this.byConnector.get(id) ?? [];
  }

  pluginsOfServer(name: string): readonly string[] {
    return this.byServer.get(name) ?? [];
  }
}

export function toolPluginProvenance(config: {
  pluginCapabilitySummaries: readonly PluginCapabilitySummary[];
}): ToolPluginProvenance {
  return new ToolPluginProvenance(config.pluginCapabilitySummaries);
}

function collect(
  summaries: readonly PluginCapabilitySummary[],
  idsOf: (summary: PluginCapabilitySummary) => readonly string[],
): Map<string, string[]> {
  const found = new Map<string, Set<string>>();
  for (const summary of summaries) {
    for (const id of idsOf(summary)) found.set(id, (found.get(id) ?? new Set()).add(summary.displayName));
  }
  return new Map([...found].map(([id, names]) => [id, [...names].sort()]));
}
