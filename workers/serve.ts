/**
 * Offers a service to the page. A rejection that nobody handles raises no event there, an error does: the page then
 * ends the worker and starts another.
 */
import { expose } from 'comlink';

export function serve(service: object): void {
  addEventListener('unhandledrejection', ({ reason }) => {
    setTimeout(() => {
      throw reason;
    });
  });
  expose(service);
}
