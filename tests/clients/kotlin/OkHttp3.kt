// The generated client is for OkHttp 4. Debian has OkHttp 3, whose factory functions these are by
// the names of OkHttp 4; its properties are replaced by calls in the generated files.
package directory.infrastructure

import java.io.File
import okhttp3.Headers
import okhttp3.HttpUrl
import okhttp3.MediaType
import okhttp3.RequestBody

fun String.toMediaTypeOrNull(): MediaType? = MediaType.parse(this)

fun String.toHttpUrlOrNull(): HttpUrl? = HttpUrl.parse(this)

fun ByteArray.toRequestBody(type: MediaType? = null): RequestBody = RequestBody.create(type, this)

fun String.toRequestBody(type: MediaType? = null): RequestBody = RequestBody.create(type, this)

fun File.asRequestBody(type: MediaType? = null): RequestBody = RequestBody.create(type, this)

fun Map<String, String>.toHeaders(): Headers = Headers.of(this)
