package io.clogs.spring;

import io.clogs.ClogsClient;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.springframework.util.AntPathMatcher;
import org.springframework.util.PathMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Writes one record for each request, at its end, and binds the request's id, method, route and
 * trace in the MDC meanwhile, also where the request goes on in another thread.
 */
public class ClogsRequestFilter extends OncePerRequestFilter {
  private final ClogsClient client;
  private final ClogsProperties.Request settings;
  private final List<RequestFields> fields;
  private final PathMatcher paths = new AntPathMatcher();

  public ClogsRequestFilter(ClogsClient client, ClogsProperties.Request settings,
      List<RequestFields> fields) {
    this.client = client;
    this.settings = settings;
    this.fields = List.copyOf(fields);
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    final String path = request.getRequestURI().substring(request.getContextPath().length());
    return settings.getSkip().stream().anyMatch(pattern -> paths.match(pattern, path));
  }

  @Override
  protected boolean shouldNotFilterAsyncDispatch() {
    return false;
  }

  @Override
  protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response,
      FilterChain chain) throws ServletException, IOException {
    final RequestRecord record = isAsyncDispatch(request)
        ? RequestRecord.of(request) : begin(request, response);
    if (record == null) {
      chain.doFilter(request, response);
      return;
    }
    record.bind();
    try {
      chain.doFilter(request, response);
    } catch (IOException | ServletException | RuntimeException | Error failed) {
      record.failed(failed);
      throw failed;
    } finally {
      try {
        if (!isAsyncStarted(request) || !AtEnd.add(request, record)) record.end();
      } finally {
        record.unbind();
      }
    }
  }

  private RequestRecord begin(HttpServletRequest request, HttpServletResponse response) {
    final RequestRecord record = new RequestRecord(client, settings, fields, request, response);
    response.setHeader(settings.getIdHeader(), record.id());
    return record;
  }

  /** For a request that ends without being dispatched again. */
  private static final class AtEnd implements AsyncListener {
    private final RequestRecord record;

    AtEnd(RequestRecord record) {
      this.record = record;
    }

    /** False: another thread has completed the request meanwhile. */
    static boolean add(HttpServletRequest request, RequestRecord record) {
      try {
        request.getAsyncContext().addListener(new AtEnd(record));
        return true;
      } catch (IllegalStateException completed) {
        return false;
      }
    }

    @Override
    public void onComplete(AsyncEvent event) {
      record.end();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
      // The application answers it, or the container does; both complete the request.
    }

    @Override
    public void onError(AsyncEvent event) {
      record.failed(event.getThrowable());
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
      // The container forgets the listeners where a dispatched request becomes asynchronous again.
      event.getAsyncContext().addListener(this);
    }
  }
}
