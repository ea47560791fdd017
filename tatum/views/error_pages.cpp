#include <tatum/views/error_pages.h>

#include <tatum/base/html.h>
#include <tatum/base/log.h>
#include <tatum/http/errors.h>
#include <tatum/net/exchange.h>
#include <tatum/net/fiber.h>
#include <tatum/template/engine.h>
#include <tatum/views/current.h>
#include <tatum/views/impl/own_pages.h>
#include <tatum/views/shortcuts.h>
#include <tatum/views/template_fault.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace tatum::views {

namespace {

bool in_debug() {
    const SiteServices* site = current_site_or_null();
    return site != nullptr && site->debug();
}

struct PageText {
    std::string_view title, text;
};

PageText page_text(int status) {
    switch (status) {
        case 400:
            return {"Bad request", "The server cannot understand what was sent."};
        case 403:
            return {"Forbidden", "You may not see this page."};
        case 404:
            return {"Not found", "There is no page at this address."};
        case 413:
            return {"Too large", "The server does not take that much."};
        case 415:
            return {"Unsupported type", "The server does not take data of this type here."};
        case 507:
            return {"No room", "The server has no room left for what was sent."};
        case 503:
            return {"Unavailable", "The server is too busy. Please try again."};
        case 500:
            return {"Server error", "Something went wrong. It has been written down."};
        default:
            return {http::reason_phrase(status), ""};
    }
}

/// The site's template of that name with that status, where it has one.
http::Response page_from(http::Request& request, const std::string& name, Dict context,
                         int status) {
    const SiteServices* site = current_site_or_null();
    if (site == nullptr) return short_page(status);
    try {
        return render(request, name, std::move(context), {.status = status});
    } catch (const template_::TemplateDoesNotExist& missing) {
        if (missing.name() != name) throw;  // the page exists, but extends one that does not
        return short_page(status);
    }
}

std::string text_of(const std::exception_ptr& exception) {
    try {
        std::rethrow_exception(exception);
    } catch (const std::exception& error) {
        return error.what();
    } catch (...) {
        return "an exception that is no std::exception";
    }
}

/// "shop/list.html:12" where a template failed; empty otherwise.
std::string failed_template(const http::Request& request, const std::exception_ptr& exception) {
    const auto place = [](const template_::TemplateFault& fault) {
        return fault.line == 0 ? std::string()
                               : fault.template_name + ":" + std::to_string(fault.line);
    };
    if (const auto* failed = request.extensions.find<FailedTemplate>()) {
        return place(failed->fault);
    }
    try {
        std::rethrow_exception(exception);
    } catch (const template_::TemplateError& error) {
        return place(error.fault());
    } catch (...) {
        return {};
    }
}

void log_error(const http::Request& request, int status, const std::exception_ptr& exception,
               std::string_view text) {
    const std::string type = impl::exception_type(exception);
    const auto method = Value::view(request.method_text());
    if (status >= 500) {
        const logging::Logger logger("tatum.request");
        const std::string message = "Internal server error: " + std::string(request.path());
        const std::string failed = failed_template(request, exception);
        if (failed.empty()) {
            logger.error(message,
                         {{"method", method}, {"exception", type}, {"text", Value::view(text)}});
        } else {
            logger.error(message, {{"method", method},
                                   {"exception", type},
                                   {"text", Value::view(text)},
                                   {"template", failed}});
        }
    } else if (status == 404) {
        logging::Logger("tatum.request")
            .warning("Not found: " + std::string(request.path()), {{"method", method}});
    } else if (status == 403) {
        logging::Logger("tatum.request")
            .warning("Forbidden: " + std::string(request.path()),
                     {{"method", method}, {"text", Value::view(text)}});
    } else {
        logging::Logger("tatum.security")
            .error("Bad request: " + std::string(request.path()),
                   {{"method", method}, {"exception", type}, {"text", Value::view(text)}});
    }
}

http::Response page_for(http::Request& request, const ErrorHandlers& handlers, int status,
                        const std::exception_ptr& exception, std::string_view text) {
    if (in_debug() && status != 403) {
        return status == 404 ? technical_404(request, text)
                             : technical_500(request, exception, status);
    }
    const auto with = [&](const ErrorHandler& handler, auto&& default_view) {
        return handler ? handler(request, text) : default_view(request, text);
    };
    switch (status) {
        case 400:
            return with(handlers.handler400, bad_request);
        case 403:
            return with(handlers.handler403, permission_denied);
        case 404:
            return with(handlers.handler404, page_not_found);
        case 500:
            return with(handlers.handler500, server_error);
        default:
            return short_page(status);
    }
}

}  // namespace

namespace {

bool is_out_of_space(const std::error_code& code) {
    const bool of_the_system =
        code.category() == std::generic_category() || code.category() == std::system_category();
    return of_the_system &&
           (code.value() == ENOSPC || code.value() == EDQUOT || code.value() == EFBIG);
}

}  // namespace

int status_of(const std::exception_ptr& exception) {
    try {
        std::rethrow_exception(exception);
    } catch (const Http404&) {
        return 404;
    } catch (const PermissionDenied&) {
        return 403;
    } catch (const SuspiciousOperation&) {
        return 400;
    } catch (const http::UnsupportedMediaType&) {
        return 415;
    } catch (const http::BadRequest&) {
        return 400;
    } catch (const http::UnreadablePostError&) {
        return 400;
    } catch (const net::RequestFault& fault) {
        return fault.status;
    } catch (const net::TimedOut&) {
        return 503;
    } catch (const std::system_error& error) {
        return is_out_of_space(error.code()) ? 507 : 500;
    } catch (...) {
        return 500;
    }
}

http::Response rescue(http::Request& request, const ErrorHandlers& handlers) {
    const std::exception_ptr exception = std::current_exception();
    try {
        std::rethrow_exception(exception);
    } catch (const net::Disconnected&) {
        throw;
    } catch (const net::Cancelled&) {
        throw;
    } catch (...) {
    }
    const int status = status_of(exception);
    if (status >= 500 && request.extensions.find<RaisesExceptions>() != nullptr) {
        std::rethrow_exception(exception);
    }
    const std::string text = text_of(exception);
    log_error(request, status, exception, text);
    try {
        return page_for(request, handlers, status, exception, text);
    } catch (...) {
        logging::Logger("tatum.request")
            .error("The page for an error could not be made",
                   {{"status", status}, {"text", text_of(std::current_exception())}});
        return short_page(status == 404 || status == 403 || status == 400 ? status : 500);
    }
}

http::Response bad_request(http::Request& request, std::string_view) {
    return page_from(request, "400.html", {}, 400);
}

http::Response permission_denied(http::Request& request, std::string_view text) {
    return page_from(request, "403.html", {{"exception", text}}, 403);
}

http::Response page_not_found(http::Request& request, std::string_view text) {
    return page_from(request, "404.html",
                     {{"request_path", Value(request.path())}, {"exception", text}}, 404);
}

http::Response server_error(http::Request& request, std::string_view) {
    return page_from(request, "500.html", {}, 500);
}

http::Response csrf_failure(http::Request& request, std::string_view reason) {
    std::string shown, details;
    if (in_debug()) {
        shown = reason;
        details = shown + " Does the template have {% csrf_token %} within the form?";
    }
    Dict context{{"title", "Forbidden"}, {"reason", Value(shown)}, {"details", Value(details)}};
    const SiteServices* site = current_site_or_null();
    if (site != nullptr) {
        try {
            return render(request, "403_csrf.html", context, {.status = 403});
        } catch (const template_::TemplateDoesNotExist& missing) {
            if (missing.name() != "403_csrf.html") throw;
        }
    }
    context.set("text",
                "The form could not be checked to be this site's own. Allow cookies for this "
                "site, go back, reload the page and send the form again.");
    return http::Response(impl::own_page("tatum/short_page.html", std::move(context)),
                          {.status = 403});
}

http::Response short_page(int status) {
    const PageText page = page_text(status);
    std::string out =
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>";
    html::append_escaped(out, page.title);
    out += "</title>\n</head>\n<body>\n<h1>";
    html::append_escaped(out, page.title);
    out += "</h1>\n<p>";
    html::append_escaped(out, page.text);
    out += "</p>\n</body>\n</html>\n";
    return http::Response(std::move(out), {.status = status});
}

}  // namespace tatum::views
