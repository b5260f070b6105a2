// What every page does with its own files and elements.

/** An element of the page by its id. @throws {Error} where there is none of this type */
export function element<Type extends HTMLElement>(id: string, type: new () => Type): Type {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page has no #${id}`);
  return found;
}

async function file(path: string): Promise<Response> {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: the server answered ${answer.status}`);
  return answer;
}

export async function json<Type>(path: string): Promise<Type> {
  return (await (await file(path)).json()) as Type;
}

export async function bytes(path: string): Promise<ArrayBuffer> {
  return (await file(path)).arrayBuffer();
}
