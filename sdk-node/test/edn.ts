// Reads the EDN that tests compare: enough for the golden vectors.

export class Keyword {
  constructor(readonly name: string) {}
}

export function readEdn(text: string): unknown {
  let at = 0;
  const blank = (): void => {
    while (at < text.length && /[\s,]/.test(text[at]!)) at++;
  };
  const many = (end: string): unknown[] => {
    const items: unknown[] = [];
    for (;;) {
      blank();
      if (text[at] === end) {
        at++;
        return items;
      }
      if (at >= text.length) throw new Error(`no ${end} in ${text}`);
      items.push(one());
    }
  };
  const one = (): unknown => {
    blank();
    const c = text[at]!;
    if (c === '{') {
      at++;
      const items = many('}');
      const map = new Map<unknown, unknown>();
      for (let i = 0; i < items.length; i += 2) {
        const key = items[i];
        map.set(key instanceof Keyword ? key.name : key, items[i + 1]);
      }
      return map;
    }
    if (c === '[' || c === '(') {
      at++;
      return many(c === '[' ? ']' : ')');
    }
    if (text.startsWith('#{', at)) {
      at += 2;
      return new Set(many('}'));
    }
    if (c === '"') {
      const match = /"(?:[^"\\]|\\.)*"/sy;
      match.lastIndex = at;
      const found = match.exec(text)![0];
      at += found.length;
      return JSON.parse(found) as string;
    }
    const match = /[^\s,()[\]{}"]+/y;
    match.lastIndex = at;
    const word = match.exec(text)![0];
    at += word.length;
    if (word.startsWith('#')) return { tag: word, value: one() };
    if (word.startsWith(':')) return new Keyword(word.slice(1));
    if (word === 'nil') return null;
    if (word === 'true' || word === 'false') return word === 'true';
    const number = Number(word);
    if (Number.isNaN(number)) throw new Error(`no value: ${word}`);
    return number;
  };
  return one();
}
