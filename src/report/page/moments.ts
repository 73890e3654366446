// What stands behind and before the lines of a chart: the hold, worst windows, where findings began, the picked
// percentile. Inlined in the page.
import type { PageDocument, PageElement, PageWindow, Plot } from './browser.js';
import type { PageData } from './data.js';

declare const document: PageDocument;
declare const window: PageWindow;

/** A colour of the page by the name of its variable, as the scheme (light, dark, print) has it now. */
export function pageColor(name: string, of: PageElement = document.documentElement): string {
  return window.getComputedStyle(of).getPropertyValue(name).trim();
}

export function drawHold(plot: Plot, page: PageData): void {
  if (page.hold === null) return;
  const left = plot.valToPos(page.hold.fromSec, 'x', true);
  const right = plot.valToPos(Math.min(page.hold.toSec, page.endSec), 'x', true);
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.fillStyle = pageColor('--hold');
  ctx.fillRect(left, bbox.top, Math.max(1, right - left), bbox.height);
  if (right - left > 50 * window.devicePixelRatio) {
    ctx.fillStyle = pageColor('--muted');
    ctx.font = `${11 * window.devicePixelRatio}px system-ui, sans-serif`;
    ctx.textBaseline = 'bottom';
    ctx.textAlign = 'left';
    ctx.fillText('hold', left, bbox.top - 3 * window.devicePixelRatio);
  }
  ctx.restore();
}

/** A bar at the top over each worst window, with its letter; a missed one is shaded to the bottom. */
export function drawSpans(plot: Plot, page: PageData): void {
  const { ctx, bbox } = plot;
  const scale = window.devicePixelRatio;
  ctx.save();
  ctx.font = `600 ${11 * scale}px system-ui, sans-serif`;
  ctx.textBaseline = 'top';
  ctx.textAlign = 'left';
  for (const { fromSec, toSec, label, missed } of page.spans) {
    const left = plot.valToPos(fromSec, 'x', true);
    const width = Math.max(2 * scale, plot.valToPos(toSec, 'x', true) - left);
    ctx.fillStyle = pageColor(missed ? '--bad' : '--muted');
    ctx.globalAlpha = 0.1;
    if (missed) ctx.fillRect(left, bbox.top, width, bbox.height);
    ctx.globalAlpha = 1;
    ctx.fillRect(left, bbox.top, width, 3 * scale);
    ctx.fillText(label, left + 2 * scale, bbox.top + 17 * scale);
  }
  ctx.restore();
}

/** A line for each moment of a finding; its number is left out where it would stand upon the one before it. */
export function drawMarks(plot: Plot, page: PageData): void {
  const { ctx, bbox } = plot;
  const scale = window.devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = pageColor('--bad');
  ctx.fillStyle = pageColor('--bad');
  ctx.lineWidth = scale;
  ctx.setLineDash([3 * scale, 3 * scale]);
  ctx.font = `600 ${11 * scale}px system-ui, sans-serif`;
  ctx.textBaseline = 'top';
  let free = -Infinity;
  for (const { atSec, label } of page.marks) {
    const x = plot.valToPos(atSec, 'x', true);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const width = ctx.measureText(label).width;
    const fits = x + width + 4 * scale <= bbox.left + bbox.width;
    const left = fits ? x + 3 * scale : x - width - 3 * scale;
    if (left < free) continue;
    ctx.textAlign = 'left';
    ctx.fillText(label, left, bbox.top + 4 * scale);
    free = left + width + 3 * scale;
  }
  ctx.restore();
}

/** Where the picked percentile stands on a curve; `x` in the units of its axis. */
export function drawPicked(plot: Plot, x: number): void {
  const { ctx, bbox } = plot;
  const scale = window.devicePixelRatio;
  const at = plot.valToPos(x, 'x', true);
  if (at > bbox.left + bbox.width + 1) return;
  ctx.save();
  ctx.strokeStyle = pageColor('--accent');
  ctx.lineWidth = 1.5 * scale;
  ctx.beginPath();
  ctx.moveTo(at, bbox.top);
  ctx.lineTo(at, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}
