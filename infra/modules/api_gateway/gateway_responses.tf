# The gateway's own refusals as problem documents (RFC 9457), with CORS headers, so that a client reads one format.
# Types and their meaning: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
# Templates of gateway responses know variables and nothing else; they aren't Velocity.
locals {
  # type → status (0: leave the gateway's own), code, title, detail, retryable
  problems = {
    ACCESS_DENIED                  = [403, "access_denied", "Access denied", "The caller may not use this API.", false]
    API_CONFIGURATION_ERROR        = [500, "internal_error", "Internal error", "The API is set up wrongly; asking again won't help.", false]
    AUTHORIZER_CONFIGURATION_ERROR = [500, "internal_error", "Internal error", "The authorizer is set up wrongly; asking again won't help.", false]
    AUTHORIZER_FAILURE             = [500, "authorizer_failure", "The caller couldn't be checked", "The authorizer failed.", true]
    BAD_REQUEST_BODY               = [400, "bad_request_body", "The body isn't a request", "$context.error.validationErrorString", false]
    BAD_REQUEST_PARAMETERS         = [400, "bad_request_parameters", "The parameters aren't those of a request", "$context.error.validationErrorString", false]
    DEFAULT_4XX                    = [0, "refused", "The request was refused", "$context.error.message", false]
    DEFAULT_5XX                    = [0, "gateway_failure", "The gateway can't answer", "Something on the way to the model failed.", true]
    EXPIRED_TOKEN                  = [403, "expired_token", "The token has expired", "Sign in again.", false]
    INTEGRATION_FAILURE            = [502, "integration_failure", "The model can't answer", "The function behind this path failed.", true]
    INTEGRATION_TIMEOUT            = [504, "integration_timeout", "The model didn't answer in time", "Ask for fewer instances at once, or again later.", true]
    INVALID_API_KEY                = [403, "invalid_api_key", "The API key is missing or not valid", "Send the key of your client in the header x-api-key.", false]
    INVALID_SIGNATURE              = [403, "invalid_signature", "The signature isn't valid", "Sign the request with AWS Signature Version 4.", false]
    MISSING_AUTHENTICATION_TOKEN   = [404, "unknown_path", "There is nothing at this path", "No route has this path and method.", false]
    QUOTA_EXCEEDED                 = [429, "quota_exceeded", "The quota is used up", "Your plan's quota for this period is used up.", false]
    REQUEST_TOO_LARGE              = [413, "request_too_large", "The request is too large", "API Gateway takes at most 10 MB; the model may take less.", false]
    RESOURCE_NOT_FOUND             = [404, "unknown_path", "There is nothing at this path", "No route has this path.", false]
    THROTTLED                      = [429, "throttled", "Too many requests", "Wait a second, then ask again, more slowly.", true]
    UNAUTHORIZED                   = [401, "unauthorized", "The caller isn't known", "Send valid credentials.", false]
    UNSUPPORTED_MEDIA_TYPE         = [415, "unsupported_media_type", "The content type isn't supported", "Send application/json.", false]
    WAF_FILTERED                   = [403, "filtered", "The request was filtered out", "A firewall rule matched the request.", false]
  }
  retry_after_seconds = { THROTTLED = 1 }

  # API Gateway says the same of an unknown path and of an unsigned request, so with routes that ask for a
  # signature the answer has to mean both.
  asks_for_signature = length(setintersection(local.signing_schemes, concat(tolist(local.used_schemes), flatten(values(local.fragment_security))))) > 0
  known_problems = merge(local.problems, {
    for type, problem in {
      MISSING_AUTHENTICATION_TOKEN = [403, "unsigned_or_unknown_path", "The request isn't signed, or there is nothing at this path", "Sign requests with AWS Signature Version 4; see the API's document for its paths.", false]
    } : type => problem if local.asks_for_signature
  })

  problem_documents = {
    for type, problem in local.known_problems : type => jsonencode(merge(
      {
        type       = "${var.problem_type_prefix}${problem[1]}"
        title      = problem[2]
        detail     = problem[3]
        code       = problem[1]
        errors     = []
        request_id = "$context.requestId"
        retryable  = problem[4]
      },
      { for field, status in { status = problem[0] } : field => status if status != 0 },
    ))
  }

  gateway_responses = {
    for type, problem in local.known_problems : type => merge(
      {
        responseTemplates = { "application/json" = local.problem_documents[type] }
        responseParameters = merge(
          local.cors_headers_on_refusals,
          { "gatewayresponse.header.Content-Type" = "'application/problem+json'" },
          {
            for header, kind in { "gatewayresponse.header.Retry-After" = type } :
            header => "'${local.retry_after_seconds[kind]}'" if contains(keys(local.retry_after_seconds), kind)
          },
        )
      },
      { for field, status in { statusCode = problem[0] } : field => tostring(status) if status != 0 },
    )
  }
}
