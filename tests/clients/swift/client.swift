// Asks a server each kind of question, and prints each typed answer as JSON again, on a line after
// its name.
import DirectoryClient
import Foundation

let configuration = DirectoryClientAPIConfiguration(basePath: CommandLine.arguments[1])

func told(_ name: String, _ answer: some Encodable) throws {
    let json = try configuration.codableHelper.encode(answer).get()
    // The generated encoder writes several lines.
    let line = String(decoding: json, as: UTF8.self).replacingOccurrences(of: "\n", with: " ")
    print("\(name)\t\(line)")
}

func problem(_ name: String, _ ask: () async throws(ErrorResponse) -> Void) async throws {
    do {
        try await ask()
    } catch .error(_, let body, _, _) {
        try told(name, configuration.codableHelper.decode(ProblemDocument.self, from: body!).get())
    }
}

try await told("nearest", NearestAPI.nearest(postcode: "1000", limit: 1, apiConfiguration: configuration))
let fields = NearestFields(postcode: "2000", limit: 2)
try await told("privately", NearestAPI.nearestPrivate(nearestFields: fields, apiConfiguration: configuration))
let places = [PlaceFields(postcode: "4000"), PlaceFields(postcode: "abc")]
let batch = BatchFields(limit: 1, places: places)
try await told("batch", NearestAPI.nearestBatch(batchFields: batch, apiConfiguration: configuration))
try await told("centres", DirectoryAPI.centres(limit: 2, apiConfiguration: configuration))
try await told("all", DirectoryAPI.centres(include: "all", apiConfiguration: configuration))
try await told("bundle", BundleAPI.bundle(apiConfiguration: configuration))
try await told("postcodes", BundleAPI.postcodesOfBundle(country: "BE", digest: "0", apiConfiguration: configuration))
try await problem("malformed") { () async throws(ErrorResponse) in
    _ = try await NearestAPI.nearest(postcode: "abc", apiConfiguration: configuration)
}
try await problem("no place") { () async throws(ErrorResponse) in
    _ = try await NearestAPI.nearest(apiConfiguration: configuration)
}
try await problem("unsupported") { () async throws(ErrorResponse) in
    _ = try await NearestAPI.nearest(postcode: "1000", country: "ZZ", apiConfiguration: configuration)
}
try await problem("no centre") { () async throws(ErrorResponse) in
    _ = try await DirectoryAPI.centre(id: "nothing", apiConfiguration: configuration)
}
try await problem("no bundle") { () async throws(ErrorResponse) in
    _ = try await BundleAPI.bundleOfCountry(country: "ZZ", apiConfiguration: configuration)
}
