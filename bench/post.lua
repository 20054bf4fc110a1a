-- Posts a story again and again, each time with another number, and ends with a line of JSON.
-- wrk -s post.lua URL -- KEY STORY   (STORY: a file of JSON in which @ stands for the number)

local last = 0

function init(args)
  local file = io.open(args[2])
  before, after = file:read("*a"):match("^(.-)@(.*)$")
  file:close()
  headers = { Authorization = "Bearer " .. args[1], ["Content-Type"] = "application/json" }
  math.randomseed(os.time())
  run = math.random(1, 1000000)
end

function request()
  last = last + 1
  return wrk.format("POST", "/api/v1/articles?duplicates=allow", headers, before .. run .. "-" .. last .. after)
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    'JSON {"requests": %d, "seconds": %.6f, "bytes": %d, "p50": %.3f, "p99": %.3f, '
      .. '"refused": %d, "broken": %d, "late": %d}\n',
    summary.requests, summary.duration / 1e6, summary.bytes,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    e.status, e.connect + e.read + e.write, e.timeout))
end
