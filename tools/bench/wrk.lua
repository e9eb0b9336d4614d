-- Sends the paths of a file one after the other, if there is one, and prints one line of JSON.
-- BENCH_OFFSET is where in the file it begins.
local requests = {}
local position = 0

if os.getenv("BENCH_PATHS") then
    -- Only with a function `request` does wrk build each request by itself.
    function request()
        position = position % #requests + 1
        return requests[position]
    end
end

function init(arguments)
    local file = os.getenv("BENCH_PATHS")
    if not file then
        return
    end
    local post = os.getenv("BENCH_POST")
    if post then
        local headers = {["Content-Type"] = "application/json"}
        for line in io.lines(file) do
            requests[#requests + 1] = wrk.format("POST", post, headers, line)
        end
        position = tonumber(os.getenv("BENCH_OFFSET") or "0") % #requests
        return
    end
    for line in io.lines(file) do
        -- A path, and after a tab the value of If-None-Match.
        local path, etag = line:match("^([^\t]+)\t?(.*)$")
        wrk.headers["If-None-Match"] = etag ~= "" and etag or nil
        requests[#requests + 1] = wrk.format("GET", path)
    end
    position = tonumber(os.getenv("BENCH_OFFSET") or "0") % #requests
end

function done(summary, latency, _)
    local errors = summary.errors
    io.write(string.format(
        'BENCH {"requests": %d, "microseconds": %d, "bytes": %d, "p50": %d, "p99": %d, '
            .. '"p999": %d, "refused": %d, "broken": %d}\n',
        summary.requests, summary.duration, summary.bytes,
        latency:percentile(50), latency:percentile(99), latency:percentile(99.9),
        errors.status, errors.connect + errors.read + errors.write + errors.timeout
    ))
end
