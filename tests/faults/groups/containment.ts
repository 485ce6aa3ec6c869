/**
 * Every known way out of a page, a worker and a service worker is tried against a server that counts what arrives, with
 * the headers alone and with the whole app; and, from `push` on, without any of it, to see that the ways are open.
 */
import { downloadHeaders, securityHeaders } from '../../../src/securityHeaders.ts';
import { OBEY_ALLOWLIST, runBattery, type BatteryResult } from '../../containment/battery.ts';
import type { FaultContext, FaultRow } from '../group.ts';

/** Of the ways tried, those that must be open to a page without protection for the rest to mean anything. */
const OPEN_WITHOUT_PROTECTION = 0.9;

export async function run(context: FaultContext): Promise<FaultRow[]> {
  const app = { headers: securityHeaders, app: await context.address() };
  const rows = [
    ...rowsOf(
      'the headers alone, list obeyed',
      await runBattery({ headers: securityHeaders }, [OBEY_ALLOWLIST]),
    ),
    ...strictRowsOf('the app', await runBattery(app, [])),
  ];
  if (context.size === 'small') return rows;
  const control = await runBattery({ headers: {} }, []);
  const download = { headers: { ...securityHeaders, ...downloadHeaders } };
  return [
    ...rows,
    ...rowsOf(
      'the headers of the download worker, list obeyed',
      await runBattery(download, [OBEY_ALLOWLIST]),
    ),
    ...strictRowsOf('the app, list obeyed', await runBattery(app, [OBEY_ALLOWLIST])),
    controlRow(control),
  ];
}

/** In the app not even the name of a host may be looked up; the headers alone cannot keep a browser from that. */
function strictRowsOf(what: string, { tried, reached, connected }: BatteryResult): FaultRow[] {
  return rowsOf(what, { tried, reached: [...reached, ...connected], connected: [] });
}

function rowsOf(what: string, { tried, reached, connected }: BatteryResult): FaultRow[] {
  return ['page', 'worker', 'service-worker'].map((place) => {
    const isHere = (name: string): boolean => name.endsWith(`.${place}`);
    const through = reached.filter(isHere);
    const touched = connected.filter(isHere);
    const injected = tried.filter(isHere).length;
    const detail = [
      ...(through.length > 0 ? [`through: ${through.join(', ')}`] : []),
      ...(touched.length > 0 ? [`host looked up: ${touched.join(', ')}`] : []),
    ].join('; ');
    const fault = `ways out of the ${place.replace('-', ' ')}: ${what}`;
    return { fault, injected, survived: injected - through.length, lost: through.length, detail };
  });
}

function controlRow({ tried, reached, connected }: BatteryResult): FaultRow {
  const open = [...reached, ...connected];
  const closed = tried.filter((name) => !open.includes(name));
  const isOpen = open.length >= OPEN_WITHOUT_PROTECTION * tried.length;
  return {
    fault: 'the same ways without protection are open',
    injected: 1,
    survived: isOpen ? 1 : 0,
    lost: 0,
    detail: `${open.length} of ${tried.length}${closed.length > 0 ? `; not ${closed.join(', ')}` : ''}`,
  };
}
