package io.clogs.spring;

import io.clogs.Level;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** Everything under {@code clogs}: the client's options, and those of what the starter adds. */
@ConfigurationProperties("clogs")
public class ClogsProperties extends OptionProperties {
  private final Request request = new Request();
  private final Logback logback = new Logback();
  private final Jmx jmx = new Jmx();

  public Request getRequest() {
    return request;
  }

  public Logback getLogback() {
    return logback;
  }

  public Jmx getJmx() {
    return jmx;
  }

  /** The record of each request. */
  public static class Request {
    private boolean enabled = true;
    private List<String> skip = new ArrayList<>();
    private String idHeader = "X-Request-ID";
    private String logger = "clogs.request";
    private Level levelOk = Level.INFO;
    private Level levelClientError = Level.WARN;
    private Level levelServerError = Level.ERROR;

    public boolean isEnabled() {
      return enabled;
    }

    public void setEnabled(boolean value) {
      enabled = value;
    }

    public List<String> getSkip() {
      return skip;
    }

    public void setSkip(List<String> value) {
      skip = value;
    }

    public String getIdHeader() {
      return idHeader;
    }

    public void setIdHeader(String value) {
      idHeader = value;
    }

    public String getLogger() {
      return logger;
    }

    public void setLogger(String value) {
      logger = value;
    }

    public Level getLevelOk() {
      return levelOk;
    }

    public void setLevelOk(Level value) {
      levelOk = value;
    }

    public Level getLevelClientError() {
      return levelClientError;
    }

    public void setLevelClientError(Level value) {
      levelClientError = value;
    }

    public Level getLevelServerError() {
      return levelServerError;
    }

    public void setLevelServerError(Level value) {
      levelServerError = value;
    }

    Level levelOf(int status) {
      if (status >= 500) return levelServerError;
      return status >= 400 ? levelClientError : levelOk;
    }
  }

  /** The appender at logback's root logger. */
  public static class Logback {
    private boolean enabled = true;
    private String level = "TRACE";
    private boolean includeCallerData;
    private boolean includeTemplate = true;
    private List<String> mdcIncludes = new ArrayList<>();
    private List<String> mdcExcludes = new ArrayList<>();

    public boolean isEnabled() {
      return enabled;
    }

    public void setEnabled(boolean value) {
      enabled = value;
    }

    public String getLevel() {
      return level;
    }

    public void setLevel(String value) {
      level = value;
    }

    public boolean isIncludeCallerData() {
      return includeCallerData;
    }

    public void setIncludeCallerData(boolean value) {
      includeCallerData = value;
    }

    public boolean isIncludeTemplate() {
      return includeTemplate;
    }

    public void setIncludeTemplate(boolean value) {
      includeTemplate = value;
    }

    public List<String> getMdcIncludes() {
      return mdcIncludes;
    }

    public void setMdcIncludes(List<String> value) {
      mdcIncludes = value;
    }

    public List<String> getMdcExcludes() {
      return mdcExcludes;
    }

    public void setMdcExcludes(List<String> value) {
      mdcExcludes = value;
    }
  }

  /** The MXBean of the client's counts. */
  public static class Jmx {
    private boolean enabled;

    public boolean isEnabled() {
      return enabled;
    }

    public void setEnabled(boolean value) {
      enabled = value;
    }
  }
}
