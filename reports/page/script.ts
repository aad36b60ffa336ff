/**
 * What the page can do where JavaScript runs: open at once and unfold the rest as it is needed; sort, filter and copy tables, choose
 * their columns. Without it everything is readable.
 *
 * @module
 */

/**
 * Runs in the page, as its own source text: it may use nothing but the browser.
 */
export function enhance(): void {
  const make = <K extends keyof HTMLElementTagNameMap>(tag: K, properties: Partial<HTMLElementTagNameMap[K]>): HTMLElementTagNameMap[K] =>
    Object.assign(document.createElement(tag), properties);

  /** What `later` folded up. */
  const unfold = (place: Element): void => {
    for (const folded of place.querySelectorAll('noscript.later')) folded.outerHTML = folded.textContent;
  };

  const equip = (section: Element): void => {
    const table = section.querySelector('table');
    const frame = section.querySelector<HTMLElement>('.scroll');
    const body = table?.tBodies[0];
    const head = table?.tHead?.rows[0];
    if (!table || !frame || !body || !head) return;
    const title = section.querySelector('h3')?.textContent ?? '';
    const headers = [...head.cells];
    const titles = headers.map((header) => header.textContent);
    const rows = [...body.rows];

    const show = (column: number, visible: boolean): void => {
      for (const row of [head, ...rows]) row.cells[column]!.hidden = !visible;
    };

    const valueOf = (row: HTMLTableRowElement, column: number): number | string => {
      const cell = row.cells[column]!;
      return cell.dataset['value'] === undefined ? cell.textContent : Number(cell.dataset['value']);
    };
    // Figures before words, unknown last; words with numbers in them as people order them.
    const compare = (left: number | string, right: number | string): number => {
      if (typeof left === 'number' && typeof right === 'number') return left - right;
      if (typeof left !== typeof right) return typeof left === 'number' ? -1 : 1;
      return String(left).localeCompare(String(right), 'en', { numeric: true });
    };
    headers.forEach((header, column) => {
      const button = make('button', { type: 'button', textContent: titles[column]! });
      header.replaceChildren(button);
      button.addEventListener('click', () => {
        const descending = header.ariaSort === 'ascending';
        for (const other of headers) other.removeAttribute('aria-sort');
        header.ariaSort = descending ? 'descending' : 'ascending';
        const sorted = [...rows].sort((left, right) => compare(valueOf(left, column), valueOf(right, column)));
        body.append(...(descending ? sorted.reverse() : sorted));
      });
    });

    const counted = make('output', {});
    const search = make('input', { type: 'search', placeholder: 'Filter: ckks packed' });
    search.ariaLabel = `Filter rows of ${title}`;
    const filter = (): void => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
      }
      counted.textContent = `${rows.filter(({ hidden }) => !hidden).length} of ${rows.length} rows`;
    };
    search.addEventListener('input', filter);

    const copy = make('button', { type: 'button', textContent: 'Copy' });
    copy.title = 'What is shown, as text with tabs between: pastes into a spreadsheet';
    copy.addEventListener('click', () => {
      const shown = [...body.rows].filter(({ hidden }) => !hidden);
      const visible = titles.map((_, column) => column).filter((column) => !headers[column]!.hidden);
      const lines = [
        visible.map((column) => titles[column]),
        ...shown.map((row) => visible.map((column) => row.cells[column]!.textContent.trim())),
      ];
      // A spreadsheet must not take a name for a formula.
      const text = lines.map((cells) => cells.map((cell) => (/^[=+@]|^-./.test(cell ?? '') ? `'${cell}` : cell)).join('\t')).join('\n');
      const done = (words: string): void => {
        copy.textContent = words;
        setTimeout(() => (copy.textContent = 'Copy'), 1500);
      };
      navigator.clipboard.writeText(text).then(
        () => done('Copied'),
        () => done('The browser refused'),
      );
    });

    const choice = make('div', { className: 'choice' });
    const boxes = titles.map((words, column) => {
      const box = make('input', { type: 'checkbox', checked: true });
      box.addEventListener('change', () => show(column, box.checked));
      const label = make('label', {});
      label.append(box, ` ${words}`);
      choice.append(label);
      return box;
    });
    const columns = make('details', {});
    columns.append(make('summary', { textContent: 'Columns' }), choice);

    // Where the page is narrow, what says least is hidden at first; the boxes bring it back.
    for (const turn of ['0', '1', '2', '3', '4', '5']) {
      for (let column = headers.length - 1; column > 0; column--) {
        if (table.scrollWidth <= frame.clientWidth) break;
        if (headers[column]!.dataset['leaves'] !== turn) continue;
        boxes[column]!.checked = false;
        show(column, false);
      }
    }

    const tools = make('div', { className: 'tools' });
    tools.append(search, counted, copy, columns);
    frame.before(tools);
    filter();
  };

  // Tables and pictures as they come near: a thousand rows take a while to look at.
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        unfold(target);
        equip(target);
      }
    },
    { rootMargin: '400px' },
  );
  const places = [...document.querySelectorAll('section.table, figure.picture')];
  for (const place of places) observer.observe(place);

  // The rest when there is nothing else to do, so that the browser's own search finds it; and all of it for paper.
  const whenIdle = 'requestIdleCallback' in globalThis ? requestIdleCallback : setTimeout;
  const unfoldNext = (deadline?: IdleDeadline): void => {
    do {
      const place = places.shift();
      if (place === undefined) return;
      unfold(place);
    } while ((deadline?.timeRemaining() ?? 0) > 10);
    whenIdle(unfoldNext);
  };
  addEventListener('load', () => setTimeout(() => whenIdle(unfoldNext), 500));
  addEventListener('beforeprint', () => places.splice(0).forEach(unfold));
  document.addEventListener(
    'toggle',
    ({ target }) => {
      if (target instanceof HTMLDetailsElement) unfold(target);
    },
    true,
  );

  // A link to samples opens them.
  const open = (): void => {
    const target = location.hash === '' ? null : document.getElementById(location.hash.slice(1));
    if (target instanceof HTMLDetailsElement) {
      target.open = true;
      target.scrollIntoView();
    }
  };
  addEventListener('hashchange', open);
  open();
}
