/** A client that sends exactly the bytes of a test. */
import {connect} from 'node:net'
import {RawPeer} from './raw-peer.ts'
import {until} from './until.ts'

export class RawClient extends RawPeer {
  constructor(port: number) {
    super(connect({host: '127.0.0.1', port}))
  }

  /** The status of each response so far, of interim ones too. */
  get statuses(): number[] {
    return [...this.text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
  }

  async answered(count = 1): Promise<void> {
    await until(
      () => this.statuses.length >= count,
      () => `${this.statuses.length} of ${count} responses: ${JSON.stringify(this.text.slice(-500))}`,
    )
  }
}
