-- Sends the requests of a list, one after the other (a path a line, and after a tab the entity tag
-- for If-None-Match), and ends with a line of JSON. wrk -s wrk.lua URL -- LIST

local threads = 0

function setup(thread)
  thread:set("first", threads * 7919)
  threads = threads + 1
end

function init(args)
  list = {}
  for line in io.lines(args[1]) do
    local path, tag = line:match("^([^\t]*)\t?(.*)$")
    local headers = { Host = wrk.headers["Host"] }
    if tag ~= "" then headers["If-None-Match"] = tag end
    list[#list + 1] = wrk.format("GET", path, headers)
  end
  place = first % #list
end

function request()
  place = place % #list + 1
  return list[place]
end

-- errors.status counts every answer above 399. A `response` function that told the others apart would
-- take much of wrk's speed: bench/run looks at the statuses beforehand instead, and at the bytes after
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    'JSON {"requests": %d, "seconds": %.6f, "bytes": %d, "p50": %.3f, "p99": %.3f, '
      .. '"refused": %d, "broken": %d, "late": %d}\n',
    summary.requests, summary.duration / 1e6, summary.bytes,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    e.status, e.connect + e.read + e.write, e.timeout))
end
