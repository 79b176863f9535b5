/** A body as it was captured, nothing of it hidden. */
import type {CapturedBody} from './requests.ts'

/** `length` of the whole, of which `bytes` are the beginning. */
export function capturedBody(bytes: Uint8Array, length: number): CapturedBody {
  return {bytes, length, isCut: bytes.length < length, hidden: 0}
}
