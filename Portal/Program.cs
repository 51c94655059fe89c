using Microsoft.AspNetCore.Connections;
using Portal.Commands;
using Portal.Core;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Engines.Images.Processes;
using Portal.Core.Platform;
using Portal.Demo;
using Portal.Features.SignIn;
using Portal.Hosting;

FileRights.ForThisUserAlone();
if (DecoderChild.IsMeant(args))
{
    return DecoderChild.Run();
}

if (StorageCommand.IsMeant(args))
{
    return await StorageCommand.RunAsync(args);
}

if (ExchangeCommand.IsMeant(args))
{
    return await ExchangeCommand.RunAsync(args);
}

if (ReembedCommand.IsMeant(args))
{
    return await ReembedCommand.RunAsync(args);
}

var builder = PortalHost.CreateBuilder(args);
builder.Services.AddDecoderProcesses(typeof(Program).Assembly);
builder.Services.AddPortalCore(builder.Configuration, builder.Environment.ContentRootPath);
builder.Services.AddPortalSignIn(builder.Configuration);
builder.Services.AddPortalWeb(builder.Configuration);
if (args is ["demo", ..])
{
    builder.Services.AddSingleton<DemoReport>().AddHostedService<DemoStart>();
}

try
{
    var app = builder.Build();
    app.UsePortal();
    app.Run();
    return 0;
}
catch (Exception e)
    when (e is PortalException or IOException { InnerException: AddressInUseException }
        || StorageFault.Of(e) is not null
    )
{
    // The log above tells where; this, as the last line, tells what to do.
    await Console.Error.WriteLineAsync(
        (e as PortalException ?? StorageFault.Of(e))?.Message
            ?? $"{e.Message} Stop what listens there, or give the portal another address with --urls."
    );
    return 1;
}
