/** Makes an element. Texts become text nodes: nothing that an agent says is read as HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: { class?: string; title?: string } = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (attributes.class !== undefined) made.className = attributes.class;
  if (attributes.title !== undefined) made.title = attributes.title;
  made.append(...children);
  return made;
}

/** An element that the page is known to have. */
export function byId<E extends HTMLElement>(id: string, type: new () => E): E {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page has no ${type.name} #${id}`);
  return found;
}
