-- A steady load for `keys.mjs`: requests of a browser's size on several routes, one in `failing` to a path that fails,
-- each connection waiting some milliseconds between them, which keeps the rate.

local requests, turn, wait, failing = {}, 0, 0, 0

function init(args)
  wait, failing = tonumber(args[1]), tonumber(args[2])
  local headers = {
    ["Host"] = "shop.example",
    ["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    ["Accept"] = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    ["Accept-Language"] = "en-GB,en;q=0.9,de;q=0.8",
    ["Cookie"] = "session=8f14e45fceea167a5a36dedd4bea2543; theme=dark; cart=4410",
  }
  local paths = {"/v1/search?q=mug", "/v1/cart/%d", "/v1/orders/%d/items", "/v1/orders", "/assets/app.js", "/v1/export/%d"}
  for index = 1, 96 do
    local path = string.format(paths[index % #paths + 1], 8000 + index)
    requests[index] = wrk.format("GET", path, headers)
  end
  requests[97] = wrk.format("GET", "/fail", headers)
end

function request()
  turn = turn + 1
  if failing > 0 and turn % failing == 0 then return requests[97] end
  return requests[turn % 96 + 1]
end

function delay() return wait end

function done(summary, latency)
  io.write(string.format(
    'RESULT {"requests": %d, "seconds": %.6f, "p50": %d, "p99": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99)
  ))
end
