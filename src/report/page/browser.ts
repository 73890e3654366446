// The little of the browser and of uPlot that the page's script uses. The DOM's own library of types would declare
// its hundreds of globals in every file of the program, and hide a forgotten import behind `name` or `close`.

export interface PageDocument {
  readonly documentElement: PageElement;
  getElementById(id: string): PageElement | null;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
  createElement(tag: string): PageElement;
}

export interface PageElement {
  textContent: string | null;
  className: string;
  value: string;
  checked: boolean;
  hidden: boolean;
  readonly clientWidth: number;
  readonly style: { setProperty(name: string, value: string): void };
  append(...children: readonly PageElement[]): void;
  replaceChildren(...children: readonly PageElement[]): void;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  hasAttribute(name: string): boolean;
  toggleAttribute(name: string, force: boolean): void;
  querySelector(selector: string): PageElement | null;
  closest(selector: string): PageElement | null;
  scrollIntoView(options: { readonly block: 'nearest' }): void;
  focus(options: { readonly preventScroll: boolean }): void;
  getBoundingClientRect(): { readonly top: number; readonly bottom: number };
  addEventListener(type: string, listener: (event: PageEvent) => void): void;
}

/** Of a key and of a pointer what is asked of them; the other one's is undefined. */
export interface PageEvent {
  readonly key: string;
  readonly clientY: number;
  preventDefault(): void;
}

export interface PageWindow {
  readonly devicePixelRatio: number;
  readonly innerHeight: number;
  addEventListener(type: string, listener: () => void): void;
  matchMedia(query: string): {
    addEventListener(type: 'change', listener: (list: { readonly matches: boolean }) => void): void;
  };
  getComputedStyle(element: PageElement): { getPropertyValue(name: string): string };
}

export interface Observer {
  observe(element: PageElement): void;
}

export interface Plot {
  readonly ctx: Canvas;
  /** The plotting area in canvas pixels. */
  readonly bbox: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
  readonly cursor: { readonly idx?: number | null };
  setSize(size: { readonly width: number; readonly height: number }): void;
  setData(data: PlotData): void;
  /** In CSS pixels of the plotting area; a negative `left` takes the cursor away. `publish`: on charts in step with it, too. */
  setCursor(at: { readonly left: number; readonly top: number }, fire: boolean, publish: boolean): void;
  redraw(rebuildPaths?: boolean): void;
  setSeries(index: number, change: { readonly show: boolean }): void;
  valToPos(value: number, scale: string, canvasPixels: boolean): number;
  destroy(): void;
}

export interface Canvas {
  fillStyle: string;
  strokeStyle: string;
  lineWidth: number;
  globalAlpha: number;
  font: string;
  textBaseline: string;
  textAlign: string;
  save(): void;
  restore(): void;
  fillRect(x: number, y: number, width: number, height: number): void;
  fillText(text: string, x: number, y: number): void;
  measureText(text: string): { readonly width: number };
  setLineDash(lengths: readonly number[]): void;
  beginPath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  stroke(): void;
}

/** undefined: no value of the line, which goes on all the same. */
export type PlotData = readonly (readonly (number | null | undefined)[])[];

export interface PlotConstructor {
  new (options: object, data: PlotData, target: PageElement): Plot;
  readonly paths: { bars(options: object): unknown };
}
