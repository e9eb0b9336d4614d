// Asks a server each kind of question, and prints each typed answer as JSON again, on a line after
// its name.
import directory.apis.BundleApi
import directory.apis.DirectoryApi
import directory.apis.NearestApi
import directory.infrastructure.ClientError
import directory.infrastructure.ClientException
import directory.infrastructure.Serializer
import directory.models.BatchFields
import directory.models.NearestFields
import directory.models.PlaceFields
import directory.models.ProblemDocument

fun told(name: String, answer: Any) = println("$name\t${Serializer.gson.toJson(answer)}")

fun problem(name: String, ask: () -> Unit) {
    try {
        ask()
    } catch (error: ClientException) {
        val body = (error.response as ClientError<*>).body as String
        told(name, Serializer.gson.fromJson(body, ProblemDocument::class.java))
    }
}

fun main(arguments: Array<String>) {
    val (origin) = arguments
    val nearest = NearestApi(origin)
    val directory = DirectoryApi(origin)
    val bundle = BundleApi(origin)
    told("nearest", nearest.nearest(postcode = "1000", limit = 1))
    told("privately", nearest.nearestPrivate(NearestFields(postcode = "2000", limit = 2)))
    val places = listOf(PlaceFields(postcode = "4000"), PlaceFields(postcode = "abc"))
    told("batch", nearest.nearestBatch(BatchFields(places = places, limit = 1)))
    told("centres", directory.centres(limit = 2))
    told("all", directory.centres(include = "all"))
    told("bundle", bundle.bundle())
    told("postcodes", bundle.postcodesOfBundle("BE", "0"))
    problem("malformed") { nearest.nearest(postcode = "abc") }
    problem("no place") { nearest.nearest() }
    problem("unsupported") { nearest.nearest(postcode = "1000", country = "ZZ") }
    problem("no centre") { directory.centre("nothing") }
    problem("no bundle") { bundle.bundleOfCountry("ZZ") }
}
